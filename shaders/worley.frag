#version 310 es
// Cells: the distance to the nearest of a set of moving points, and a line where two are equally near.
// Idea: Steven Worley, "A Cellular Texture Basis Function", SIGGRAPH 1996.
precision highp float;
uniform float iTime;
uniform vec3 iResolution;
layout(location = 0) out vec4 fragColor;

vec2 feature(ivec2 cell) {
    uint h = uint(cell.x) * 1597334677u ^ uint(cell.y) * 3812015801u;
    h = (h ^ (h >> 15)) * 2246822519u;
    h ^= h >> 13;
    vec2 home = vec2(h & 0x7FFFu, h >> 17) / 32768.0;
    return 0.5 + 0.4 * sin(iTime + 6.2831853 * home);
}

void main() {
    vec2 p = 5.0 * gl_FragCoord.xy / iResolution.y;
    ivec2 cell = ivec2(floor(p));
    vec2 f = fract(p);
    float nearest = 8.0;
    float second = 8.0;
    for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
            vec2 d = vec2(float(x), float(y)) + feature(cell + ivec2(x, y)) - f;
            float squared = dot(d, d);
            if (squared < nearest) {
                second = nearest;
                nearest = squared;
            } else if (squared < second) {
                second = squared;
            }
        }
    }
    float edge = smoothstep(0.02, 0.12, sqrt(second) - sqrt(nearest));
    vec3 skin = mix(vec3(0.95, 0.85, 0.45), vec3(0.15, 0.45, 0.35), sqrt(nearest));
    fragColor = vec4(edge * skin, 1.0);
}
