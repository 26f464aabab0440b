// A hash without a sine: products of fractions, of pixel coordinates.
float hash12(vec2 p) {
    vec3 q = fract(vec3(p.x, p.y, p.x) * 0.1031);
    q += dot(q, q.yzx + 33.33);
    return fract((q.x + q.y) * q.z);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    fragColor = vec4(vec3(hash12(floor(fragCoord) + floor(iTime * 7.0))), 1.0);
}
