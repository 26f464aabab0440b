#version 300 es
precision highp float;
// Lines of one pixel on a plane in perspective, by fwidth.
uniform vec3 iResolution;
uniform float iTime;
out vec4 fragColor;
float gridLine(vec2 p) {
    vec2 g = abs(fract(p - 0.5) - 0.5) / fwidth(p);
    return 1.0 - min(min(g.x, g.y), 1.0);
}
void main() {
    vec2 uv = (2.0 * gl_FragCoord.xy - iResolution.xy) / iResolution.y;
    vec3 rd = normalize(vec3(uv, 1.5));
    vec3 col = mix(vec3(0.1, 0.0, 0.2), vec3(0.9, 0.3, 0.5), exp(-4.0 * abs(uv.y)));
    if (uv.y < -0.05) {
        float t = -1.0 / rd.y;
        vec2 q = vec2(rd.x, rd.z) * t + vec2(0, 2.0 * iTime);
        col = mix(col, vec3(0.2, 0.9, 1.0), gridLine(q) * exp(-0.1 * t));
    }
    fragColor = vec4(col, 1.0);
}
