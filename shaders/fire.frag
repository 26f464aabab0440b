// Fire: value noise that rises and thins out, through a ramp from black over red and yellow to white.
// Idea: the fire effect of the demo scene, done with noise instead of feedback.
float hash(ivec2 c) {
    uint h = uint(c.x) * 374761393u + uint(c.y) * 668265263u;
    h = (h ^ (h >> 13)) * 1274126177u;
    return float(h >> 17) / 32768.0;
}

float valueNoise(vec2 p) {
    ivec2 i = ivec2(floor(p));
    vec2 f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    float bottom = mix(hash(i), hash(i + ivec2(1, 0)), f.x);
    float top = mix(hash(i + ivec2(0, 1)), hash(i + ivec2(1, 1)), f.x);
    return mix(bottom, top, f.y);
}

vec3 ramp(float heat) {
    const vec3 stops[5] = vec3[5](vec3(0.0), vec3(0.5, 0.02, 0.0), vec3(0.95, 0.35, 0.0), vec3(1.0, 0.85, 0.2), vec3(1.0));
    float x = clamp(heat, 0.0, 1.0) * 3.999;
    int i = int(x);
    return mix(stops[i], stops[i + 1], fract(x));
}

vec4 render(vec2 fragCoord) {
    vec2 uv = fragCoord / iResolution.xy;
    vec2 p = vec2(6.0 * uv.x, 4.0 * uv.y - 2.5 * iTime);
    float n = valueNoise(p);
    n += 0.5 * valueNoise(2.0 * p + vec2(3.1, -0.7 * iTime));
    n += 0.25 * valueNoise(4.0 * p + vec2(1.7, -1.9 * iTime));
    float column = 1.0 - pow(abs(2.0 * uv.x - 1.0), 2.5);
    float heat = (0.15 + n / 1.4) * column * (1.25 - uv.y) - 0.35 * uv.y;
    return vec4(ramp(heat), 1.0);
}
