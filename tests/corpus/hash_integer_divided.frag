// The same by a division through the largest word.
uvec3 pcg3(uvec3 v) {
    v = v * 1664525u + 1013904223u;
    v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
    v ^= v >> 16u;
    v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
    return v;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    uvec3 h = pcg3(uvec3(uvec2(fragCoord * 0.5), uint(iFrame)));
    fragColor = vec4(vec3(h) / float(0xffffffffU), 1.0);
}
