// A counter of five digits in seven segments; bit masks in a const array, do-while to peel digits.
const int SEG[10] = int[](0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f);
float bar(vec2 p, vec2 a, vec2 b) {
    vec2 pa = p - a, ba = b - a;
    return length(pa - ba * clamp(dot(pa, ba) / dot(ba, ba), 0.0, 1.0)) - 0.06;
}
float digit(vec2 p, int n) {
    int m = SEG[n];
    float d = 9.0;
    if ((m & 1) != 0) d = min(d, bar(p, vec2(-.3, .8), vec2(.3, .8)));
    if ((m & 2) != 0) d = min(d, bar(p, vec2(.4, .7), vec2(.4, .1)));
    if ((m & 4) != 0) d = min(d, bar(p, vec2(.4, -.1), vec2(.4, -.7)));
    if ((m & 8) != 0) d = min(d, bar(p, vec2(-.3, -.8), vec2(.3, -.8)));
    if ((m & 16) != 0) d = min(d, bar(p, vec2(-.4, -.1), vec2(-.4, -.7)));
    if ((m & 32) != 0) d = min(d, bar(p, vec2(-.4, .7), vec2(-.4, .1)));
    if ((m & 64) != 0) d = min(d, bar(p, vec2(-.3, .0), vec2(.3, .0)));
    return d;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 3.0 * (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    int n = int(iTime * 100.0) + 4200;
    float d = 9.0;
    vec2 q = p - vec2(2.4, 0);
    do {
        d = min(d, digit(q, n % 10));
        n /= 10;
        q.x += 1.2;
    } while (n > 0);
    vec3 col = vec3(1.0, 0.2, 0.1) * (smoothstep(0.03, -0.03, d) + 0.3 * exp(-8.0 * max(d, 0.0)));
    fragColor = vec4(col, 1.0);
}
