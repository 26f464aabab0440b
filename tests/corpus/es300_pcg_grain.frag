#version 300 es
precision highp float;
precision highp int;
// PCG on three words, one hash a pixel and frame: film grain over a gradient.
uniform vec2 u_resolution;
uniform float u_time;
uniform int u_frame;
out vec4 fragColor;
uvec3 pcg3d(uvec3 v) {
    v = v * 1664525u + 1013904223u;
    v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
    v ^= v >> 16u;
    v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
    return v;
}
void main() {
    uvec3 h = pcg3d(uvec3(gl_FragCoord.xy, u_frame));
    vec3 g = vec3(h) * (1.0 / float(0xffffffffu));
    vec2 uv = gl_FragCoord.xy / u_resolution;
    vec3 col = mix(vec3(0.1, 0.2, 0.4), vec3(0.9, 0.6, 0.3), uv.y + 0.1 * sin(u_time + 6.0 * uv.x));
    fragColor = vec4(col + (g - 0.5) * 0.3, 1.0);
}
