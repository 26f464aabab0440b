// A CRT: barrel distortion, aperture grille, scan lines, rolling bar, vignette, colour fringes.
vec3 scene(vec2 uv) {
    vec2 p = uv * vec2(4, 3);
    vec3 c = 0.5 + 0.5 * cos(iTime + p.xyx + vec3(0, 2, 4));
    float s = step(0.5, fract(p.x + 0.2 * sin(p.y * 3.0 + iTime)));
    return mix(c, c.zxy, s);
}
vec2 curve(vec2 uv) {
    uv = (uv - 0.5) * 2.0;
    uv *= 1.1;
    uv.x *= 1.0 + pow(abs(uv.y) / 5.0, 2.0);
    uv.y *= 1.0 + pow(abs(uv.x) / 4.0, 2.0);
    uv = uv / 2.0 + 0.5;
    return uv * 0.92 + 0.04;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 q = fragCoord.xy / iResolution.xy;
    vec2 uv = curve(q);
    float x = sin(0.3 * iTime + uv.y * 21.0) * sin(0.7 * iTime + uv.y * 29.0) * sin(0.3 + 0.33 * iTime + uv.y * 31.0) * 0.0017;
    vec3 col;
    col.r = scene(vec2(x + uv.x + 0.001, uv.y + 0.001)).x + 0.05;
    col.g = scene(vec2(x + uv.x + 0.000, uv.y - 0.002)).y + 0.05;
    col.b = scene(vec2(x + uv.x - 0.002, uv.y + 0.000)).z + 0.05;
    col = clamp(col * 0.6 + 0.4 * col * col * 1.0, 0.0, 1.0);
    float vig = 16.0 * uv.x * uv.y * (1.0 - uv.x) * (1.0 - uv.y);
    col *= vec3(pow(vig, 0.3));
    col *= vec3(0.95, 1.05, 0.95) * 2.8;
    float scans = clamp(0.35 + 0.35 * sin(3.5 * iTime + uv.y * iResolution.y * 1.5), 0.0, 1.0);
    col = col * vec3(0.4 + 0.7 * pow(scans, 1.7));
    col *= 1.0 + 0.01 * sin(110.0 * iTime);
    if (uv.x < 0.0 || uv.x > 1.0) col *= 0.0;
    if (uv.y < 0.0 || uv.y > 1.0) col *= 0.0;
    col *= 1.0 - 0.65 * vec3(clamp((mod(fragCoord.x, 2.0) - 1.0) * 2.0, 0.0, 1.0));
    fragColor = vec4(col, 1.0);
}
