#version 300 es
// A ray-marched sphere over a checkered floor, with a light, a soft highlight and a shadow.
// Idea: John C. Hart, "Sphere Tracing", 1996; distance functions after Inigo Quilez, iquilezles.org.
precision highp float;
uniform float iTime;
uniform vec3 iResolution;
out vec4 fragColor;

const vec3 CENTER = vec3(0.0, 0.2, 0.0);

float scene(vec3 p) {
    return min(length(p - CENTER) - 1.0, p.y + 0.8);
}

float march(vec3 origin, vec3 direction, float far) {
    float t = 0.02;
    for (int i = 0; i < 40; i++) {
        float d = scene(origin + t * direction);
        if (d < 0.004) return t;
        t += d;
        if (t > far) break;
    }
    return -1.0;
}

void main() {
    vec2 uv = (2.0 * gl_FragCoord.xy - iResolution.xy) / iResolution.y;
    vec3 eye = vec3(0.0, 0.6, 3.2);
    vec3 ray = normalize(vec3(uv, -1.8));
    vec3 light = normalize(vec3(1.6 * cos(iTime), 1.8, 1.2 + sin(iTime)));

    vec3 color = mix(vec3(0.65, 0.75, 0.90), vec3(0.20, 0.35, 0.65), clamp(0.5 + uv.y, 0.0, 1.0));
    float t = march(eye, ray, 12.0);
    if (t > 0.0) {
        vec3 p = eye + t * ray;
        bool ball = p.y > -0.78;
        vec3 normal = ball ? normalize(p - CENTER) : vec3(0.0, 1.0, 0.0);
        float check = mod(floor(p.x) + floor(p.z), 2.0);
        vec3 albedo = ball ? vec3(0.90, 0.30, 0.20) : mix(vec3(0.25), vec3(0.75), check);
        float diffuse = max(dot(normal, light), 0.0);
        if (march(p + 0.05 * normal, light, 6.0) > 0.0) diffuse *= 0.3;
        float highlight = ball ? pow(max(dot(reflect(ray, normal), light), 0.0), 24.0) : 0.0;
        color = mix(albedo * (0.2 + 0.8 * diffuse) + highlight, color, clamp(t / 12.0, 0.0, 1.0));
    }
    fragColor = vec4(sqrt(color), 1.0);
}
