// An integer hash turned to a float by a reciprocal that does not fit.
uint mixed(uint x) {
    x ^= x >> 16; x *= 0x7feb352dU; x ^= x >> 15; x *= 0x846ca68bU; x ^= x >> 16;
    return x;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    uvec2 c = uvec2(fragCoord / 4.0);
    uint h = mixed(c.x + mixed(c.y + uint(iTime)));
    fragColor = vec4(vec3(float(h) * (1.0 / 4294967296.0)), 1.0);
}
