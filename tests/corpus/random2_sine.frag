// Points by the hash of a sine of a hash of a sine, in the way of random2(), and the nearest of them.
float random(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }
vec2 random2(vec2 p) {
    float first = random(p);
    return vec2(first, random(p + first));
}
void mainImage(out vec4 color, in vec2 at) {
    vec2 p = 5.0 * at / iResolution.y, cell = floor(p), best = vec2(0.0);
    float least = 9.0;
    for (int j = -1; j <= 1; j++) {
        for (int i = -1; i <= 1; i++) {
            vec2 other = cell + vec2(i, j), found = random2(other);
            float d = distance(p, other + 0.5 + 0.4 * sin(iTime + 6.2831 * found));
            if (d < least) { least = d; best = found; }
        }
    }
    color = vec4(best, least, 1.0);
}
