#version 300 es
precision highp float;
// A hash of the bits of floats, as is common since ES 3.00.
uniform vec2 u_resolution;
uniform float u_time;
out vec4 fragColor;
uint hash(uint x) { x += (x << 10u); x ^= (x >> 6u); x += (x << 3u); x ^= (x >> 11u); x += (x << 15u); return x; }
uint hash(uvec2 v) { return hash(v.x ^ hash(v.y)); }
float floatConstruct(uint m) {
    const uint ieeeMantissa = 0x007FFFFFu;
    const uint ieeeOne = 0x3F800000u;
    m &= ieeeMantissa;
    m |= ieeeOne;
    float f = uintBitsToFloat(m);
    return f - 1.0;
}
float random(vec2 v) { return floatConstruct(hash(floatBitsToUint(v))); }
void main() {
    vec2 p = gl_FragCoord.xy / u_resolution.y * 8.0;
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    float n = mix(mix(random(i), random(i + vec2(1, 0)), f.x), mix(random(i + vec2(0, 1)), random(i + vec2(1, 1)), f.x), f.y);
    fragColor = vec4(vec3(n) * (0.7 + 0.3 * sin(u_time)), 1.0);
}
