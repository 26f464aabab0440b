// The frame loop that glowjit writes around a pixel: rows and columns, fragment coordinates by increments, RGB888 out.
// A twin defines `vec3 pixel(const int32_t *uniforms, q32 x, q32 y)` and includes this last.
INLINE uint32_t channel(q32 v) { return ((uint32_t)clamp01(v) * 255u + 0x8000u) >> 16; }

int render(int32_t *ctx) {
    uint8_t *line = (uint8_t *)(uintptr_t)ctx[DEST];
    int32_t width = ctx[WIDTH], height = ctx[HEIGHT], pitch = ctx[PITCH];
    q32 y = ((ctx[FRAME_HEIGHT] - 1 - ctx[Y]) << 16) + 0x8000;
    for (int row = 0; row < height; row++, line += pitch, y -= 65536) {
        q32 x = (ctx[X] << 16) + 0x8000;
        uint8_t *p = line;
        for (int column = 0; column < width; column++, x += 65536, p += 3) {
            vec3 c = pixel(ctx + UNIFORMS, x, y);
            p[0] = (uint8_t)channel(c.x);
            p[1] = (uint8_t)channel(c.y);
            p[2] = (uint8_t)channel(c.z);
        }
    }
    return 0;
}
