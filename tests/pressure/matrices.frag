// Products of 4x4 matrices that change with every pixel: 16 values each, up to 48 wanted at once.
mat4 turn(float a, float b) {
    float c = 1.0 - a * a * 0.5, s = a - a * a * a * 0.16;
    return mat4(c, s, b, 0.1, -s, c, 0.2, b, b, -0.1, c, -s, 0.3, -b, s, c);
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = fragCoord / iResolution.xy;
    mat4 m = turn(p.x, p.y), n = turn(p.y, 0.3), o = turn(p.x - p.y, 0.7);
    mat4 q = m * n * o + transpose(n) * m, r = q * m - o * q;
    vec4 v = r * vec4(p, 0.5, 1.0) + q * vec4(0.1, p, 0.2);
    fragColor = vec4(fract(v.xyz + v.w), 1.0);
}
