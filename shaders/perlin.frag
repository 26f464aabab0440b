#version 300 es
// Gradient noise, summed over five octaves: marble that drifts. Shows user functions, integer hashing and a loop.
// Idea: Ken Perlin, "Improving Noise", SIGGRAPH 2002; integer hash in the manner of Chris Wellons' lowbias32.
precision highp float;

uniform float iTime;
uniform vec3 iResolution;
out vec4 fragColor;

uint hash(ivec2 cell) {
    uint h = uint(cell.x) * 0x9E3779B1u ^ uint(cell.y) * 0x85EBCA77u;
    h ^= h >> 16;
    h *= 0x7FEB352Du;
    h ^= h >> 15;
    return h;
}

// One of eight directions, chosen by three bits of the hash; the dot product with it costs two additions.
float gradient(uint h, vec2 d) {
    float u = (h & 4u) != 0u ? d.x : d.y;
    float v = (h & 4u) != 0u ? d.y : d.x;
    return ((h & 1u) != 0u ? -u : u) + ((h & 2u) != 0u ? -0.5 * v : 0.5 * v);
}

float noise(vec2 p) {
    vec2 cell = floor(p);
    vec2 f = p - cell;
    ivec2 i = ivec2(cell);
    vec2 w = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    float a = gradient(hash(i), f);
    float b = gradient(hash(i + ivec2(1, 0)), f - vec2(1.0, 0.0));
    float c = gradient(hash(i + ivec2(0, 1)), f - vec2(0.0, 1.0));
    float d = gradient(hash(i + ivec2(1, 1)), f - vec2(1.0, 1.0));
    return mix(mix(a, b, w.x), mix(c, d, w.x), w.y);
}

float fbm(vec2 p) {
    float sum = 0.0;
    float amplitude = 0.5;
    for (int octave = 0; octave < 5; octave++) {
        sum += amplitude * noise(p);
        p = vec2(0.8 * p.x - 0.6 * p.y, 0.6 * p.x + 0.8 * p.y) * 2.0 + 7.3;
        amplitude *= 0.5;
    }
    return sum;
}

void main() {
    vec2 p = 4.0 * gl_FragCoord.xy / iResolution.y;
    float drift = 0.1 * iTime;
    float warp = fbm(p + vec2(drift, -drift));
    float n = fbm(p + 1.5 * warp);
    vec3 stone = mix(vec3(0.07, 0.09, 0.20), vec3(0.95, 0.85, 0.70), clamp(0.5 + 0.9 * n, 0.0, 1.0));
    fragColor = vec4(stone + 0.15 * warp, 1.0);
}
