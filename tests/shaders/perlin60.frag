#version 300 es
// The shader this project was born from, in kind: Perlin noise in more than sixty functions. A compiler that gives every
// octave its own lattice, fade and blend, and inlines them, faces one block of hundreds of virtual registers.
precision highp float;
uniform float iTime;
uniform vec3 iResolution;
out vec4 fragColor;

uint mixBits(uint h) { h ^= h >> 16; h *= 0x7FEB352Du; h ^= h >> 15; return h; }
vec2 turnA(vec2 p) { return vec2(0.8 * p.x - 0.6 * p.y, 0.6 * p.x + 0.8 * p.y); }
vec2 turnB(vec2 p) { return vec2(0.6 * p.x + 0.8 * p.y, -0.8 * p.x + 0.6 * p.y); }
float quintic(float t) { return t * t * t * (t * (t * 6.0 - 15.0) + 10.0); }
float cubic(float t) { return t * t * (3.0 - 2.0 * t); }
uint hash0(ivec2 c) { return mixBits(uint(c.x) * 0x9E3779B1u ^ uint(c.y) * 0x27D4EB2Fu); }
float gradient0(uint h, vec2 d) {
    float u = (h & 1u) != 0u ? -d.x : d.x;
    float v = (h & 2u) != 0u ? -d.y : d.y;
    return (h & 4u) != 0u ? u + v : u - v;
}
vec2 fade0(vec2 f) { return vec2(quintic(f.x), quintic(f.y)); }
float row0(ivec2 c, vec2 f, float wx) {
    return mix(gradient0(hash0(c), f), gradient0(hash0(c + ivec2(1, 0)), f - vec2(1.0, 0.0)), wx);
}
float octave0(vec2 p) {
    vec2 cell = floor(p);
    vec2 f = p - cell;
    ivec2 c = ivec2(cell);
    vec2 w = fade0(f);
    return mix(row0(c, f, w.x), row0(c + ivec2(0, 1), f - vec2(0.0, 1.0), w.x), w.y);
}
uint hash1(ivec2 c) { return mixBits(uint(c.x) * 0x85EBCA77u ^ uint(c.y) * 0x165667B1u); }
float gradient1(uint h, vec2 d) {
    float u = (h & 1u) != 0u ? -d.x : d.x;
    float v = (h & 2u) != 0u ? -d.y : d.y;
    return (h & 4u) != 0u ? u + 0.5 * v : u - 0.5 * v;
}
vec2 fade1(vec2 f) { return vec2(cubic(f.x), cubic(f.y)); }
float row1(ivec2 c, vec2 f, float wx) {
    return mix(gradient1(hash1(c), f), gradient1(hash1(c + ivec2(1, 0)), f - vec2(1.0, 0.0)), wx);
}
float octave1(vec2 p) {
    vec2 cell = floor(p);
    vec2 f = p - cell;
    ivec2 c = ivec2(cell);
    vec2 w = fade1(f);
    return mix(row1(c, f, w.x), row1(c + ivec2(0, 1), f - vec2(0.0, 1.0), w.x), w.y);
}
uint hash2(ivec2 c) { return mixBits(uint(c.x) * 0xC2B2AE3Du ^ uint(c.y) * 0x2C1B3C6Du); }
float gradient2(uint h, vec2 d) {
    float u = (h & 1u) != 0u ? -d.x : d.x;
    float v = (h & 2u) != 0u ? -d.y : d.y;
    return (h & 4u) != 0u ? 0.5 * u + v : 0.5 * u - v;
}
vec2 fade2(vec2 f) { return vec2(quintic(f.x), quintic(f.y)); }
float row2(ivec2 c, vec2 f, float wx) {
    return mix(gradient2(hash2(c), f), gradient2(hash2(c + ivec2(1, 0)), f - vec2(1.0, 0.0)), wx);
}
float octave2(vec2 p) {
    vec2 cell = floor(p);
    vec2 f = p - cell;
    ivec2 c = ivec2(cell);
    vec2 w = fade2(f);
    return mix(row2(c, f, w.x), row2(c + ivec2(0, 1), f - vec2(0.0, 1.0), w.x), w.y);
}
uint hash3(ivec2 c) { return mixBits(uint(c.x) * 0x27D4EB2Fu ^ uint(c.y) * 0x297A2D39u); }
float gradient3(uint h, vec2 d) {
    float u = (h & 1u) != 0u ? -d.x : d.x;
    float v = (h & 2u) != 0u ? -d.y : d.y;
    return (h & 4u) != 0u ? u + 0.25 * v : 0.25 * u - v;
}
vec2 fade3(vec2 f) { return vec2(cubic(f.x), cubic(f.y)); }
float row3(ivec2 c, vec2 f, float wx) {
    return mix(gradient3(hash3(c), f), gradient3(hash3(c + ivec2(1, 0)), f - vec2(1.0, 0.0)), wx);
}
float octave3(vec2 p) {
    vec2 cell = floor(p);
    vec2 f = p - cell;
    ivec2 c = ivec2(cell);
    vec2 w = fade3(f);
    return mix(row3(c, f, w.x), row3(c + ivec2(0, 1), f - vec2(0.0, 1.0), w.x), w.y);
}
uint hash4(ivec2 c) { return mixBits(uint(c.x) * 0x165667B1u ^ uint(c.y) * 0x1B56C4E9u); }
float gradient4(uint h, vec2 d) {
    float u = (h & 1u) != 0u ? -d.x : d.x;
    float v = (h & 2u) != 0u ? -d.y : d.y;
    return (h & 4u) != 0u ? u + v : u - v;
}
vec2 fade4(vec2 f) { return vec2(quintic(f.x), quintic(f.y)); }
float row4(ivec2 c, vec2 f, float wx) {
    return mix(gradient4(hash4(c), f), gradient4(hash4(c + ivec2(1, 0)), f - vec2(1.0, 0.0)), wx);
}
float octave4(vec2 p) {
    vec2 cell = floor(p);
    vec2 f = p - cell;
    ivec2 c = ivec2(cell);
    vec2 w = fade4(f);
    return mix(row4(c, f, w.x), row4(c + ivec2(0, 1), f - vec2(0.0, 1.0), w.x), w.y);
}
uint hash5(ivec2 c) { return mixBits(uint(c.x) * 0x2C1B3C6Du ^ uint(c.y) * 0x9E3779B1u); }
float gradient5(uint h, vec2 d) {
    float u = (h & 1u) != 0u ? -d.x : d.x;
    float v = (h & 2u) != 0u ? -d.y : d.y;
    return (h & 4u) != 0u ? u + 0.5 * v : u - 0.5 * v;
}
vec2 fade5(vec2 f) { return vec2(cubic(f.x), cubic(f.y)); }
float row5(ivec2 c, vec2 f, float wx) {
    return mix(gradient5(hash5(c), f), gradient5(hash5(c + ivec2(1, 0)), f - vec2(1.0, 0.0)), wx);
}
float octave5(vec2 p) {
    vec2 cell = floor(p);
    vec2 f = p - cell;
    ivec2 c = ivec2(cell);
    vec2 w = fade5(f);
    return mix(row5(c, f, w.x), row5(c + ivec2(0, 1), f - vec2(0.0, 1.0), w.x), w.y);
}
uint hash6(ivec2 c) { return mixBits(uint(c.x) * 0x297A2D39u ^ uint(c.y) * 0x85EBCA77u); }
float gradient6(uint h, vec2 d) {
    float u = (h & 1u) != 0u ? -d.x : d.x;
    float v = (h & 2u) != 0u ? -d.y : d.y;
    return (h & 4u) != 0u ? 0.5 * u + v : 0.5 * u - v;
}
vec2 fade6(vec2 f) { return vec2(quintic(f.x), quintic(f.y)); }
float row6(ivec2 c, vec2 f, float wx) {
    return mix(gradient6(hash6(c), f), gradient6(hash6(c + ivec2(1, 0)), f - vec2(1.0, 0.0)), wx);
}
float octave6(vec2 p) {
    vec2 cell = floor(p);
    vec2 f = p - cell;
    ivec2 c = ivec2(cell);
    vec2 w = fade6(f);
    return mix(row6(c, f, w.x), row6(c + ivec2(0, 1), f - vec2(0.0, 1.0), w.x), w.y);
}
uint hash7(ivec2 c) { return mixBits(uint(c.x) * 0x1B56C4E9u ^ uint(c.y) * 0xC2B2AE3Du); }
float gradient7(uint h, vec2 d) {
    float u = (h & 1u) != 0u ? -d.x : d.x;
    float v = (h & 2u) != 0u ? -d.y : d.y;
    return (h & 4u) != 0u ? u + 0.25 * v : 0.25 * u - v;
}
vec2 fade7(vec2 f) { return vec2(cubic(f.x), cubic(f.y)); }
float row7(ivec2 c, vec2 f, float wx) {
    return mix(gradient7(hash7(c), f), gradient7(hash7(c + ivec2(1, 0)), f - vec2(1.0, 0.0)), wx);
}
float octave7(vec2 p) {
    vec2 cell = floor(p);
    vec2 f = p - cell;
    ivec2 c = ivec2(cell);
    vec2 w = fade7(f);
    return mix(row7(c, f, w.x), row7(c + ivec2(0, 1), f - vec2(0.0, 1.0), w.x), w.y);
}
float ridge(float n) { float r = 1.0 - abs(n); return r * r; }
float billow(float n) { return 2.0 * abs(n) - 0.5; }
float gain(float x, float k) { float s = x < 0.5 ? x : 1.0 - x; float g = 0.5 * pow(2.0 * s, k); return x < 0.5 ? g : 1.0 - g; }
float bias(float x) { return x / ((1.0 / 0.6 - 2.0) * (1.0 - x) + 1.0); }
vec3 deep(float x) { return mix(vec3(0.02, 0.04, 0.12), vec3(0.05, 0.25, 0.45), x); }
vec3 shore(float x) { return mix(vec3(0.75, 0.70, 0.45), vec3(0.30, 0.50, 0.20), x); }
vec3 hill(float x) { return mix(vec3(0.25, 0.40, 0.15), vec3(0.45, 0.38, 0.30), x); }
vec3 peak(float x) { return mix(vec3(0.50, 0.45, 0.42), vec3(0.98), x); }
float band(float lo, float hi, float x) { return clamp((x - lo) / (hi - lo), 0.0, 1.0); }
vec3 terrain(float h) {
    vec3 c = mix(deep(band(0.0, 0.4, h)), shore(band(0.4, 0.5, h)), smoothstep(0.39, 0.41, h));
    c = mix(c, hill(band(0.5, 0.7, h)), smoothstep(0.48, 0.55, h));
    return mix(c, peak(band(0.7, 0.95, h)), smoothstep(0.68, 0.78, h));
}
float vignette(vec2 uv) { vec2 d = uv - 0.5; return 1.0 - 0.9 * dot(d, d); }
vec3 sunlight(vec3 c, float slope) { return c * (0.8 + 0.6 * clamp(slope, -0.5, 0.5)); }
vec3 grade(vec3 c) { return sqrt(clamp(c, 0.0, 1.0)); }
float low(vec2 p) { return 0.5 * octave0(p) + 0.25 * octave1(2.0 * turnA(p)); }
float middle(vec2 p) { return 0.125 * octave2(4.0 * turnB(p) + 3.7) + 0.0625 * octave3(8.0 * p + 1.3); }
float high(vec2 p) { return 0.03125 * octave4(16.0 * turnA(p)) + 0.015625 * octave5(32.0 * p); }
float height(vec2 p) { return low(p) + middle(p) + high(p); }

void main() {
    vec2 uv = gl_FragCoord.xy / iResolution.xy;
    vec2 p = 3.0 * gl_FragCoord.xy / iResolution.y + vec2(0.2 * iTime, 0.1 * iTime);
    vec2 warp = vec2(octave6(p + 1.7), octave7(p - 4.1));
    float n = height(p + 0.4 * warp);
    float slope = n - height(p + 0.4 * warp + vec2(0.06, 0.04));
    float ground = bias(gain(clamp(0.5 + n, 0.0, 1.0), 1.5));
    float mountains = 0.25 * ridge(2.0 * n) + 0.1 * billow(warp.x);
    vec3 color = terrain(clamp(ground + 0.4 * mountains * ground, 0.0, 1.0));
    fragColor = vec4(grade(sunlight(color, 4.0 * slope) * vignette(uv)), 1.0);
}
