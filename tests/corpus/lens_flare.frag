// A sun with rays, ghosts along the axis through the centre and a halo.
float noise(float t) { return fract(sin(t * 91.3458) * 47453.5453); }
vec3 lensflare(vec2 uv, vec2 pos) {
    vec2 main = uv - pos, uvd = uv * length(uv);
    float ang = atan(main.y, main.x), dist = length(main);
    dist = pow(dist, .1);
    float f0 = 1.0 / (length(uv - pos) * 16.0 + 1.0);
    f0 = f0 + f0 * (sin((ang + iTime / 18.0) * 12.0) * .1 + dist * .1 + .8);
    float f2 = max(1.0 / (1.0 + 32.0 * pow(length(uvd + 0.8 * pos), 2.0)), .0) * 0.25;
    float f22 = max(1.0 / (1.0 + 32.0 * pow(length(uvd + 0.85 * pos), 2.0)), .0) * 0.23;
    float f23 = max(1.0 / (1.0 + 32.0 * pow(length(uvd + 0.9 * pos), 2.0)), .0) * 0.21;
    vec2 uvx = mix(uv, uvd, -0.5);
    float f4 = max(0.01 - pow(length(uvx + 0.4 * pos), 2.4), .0) * 6.0;
    float f42 = max(0.01 - pow(length(uvx + 0.45 * pos), 2.4), .0) * 5.0;
    float f43 = max(0.01 - pow(length(uvx + 0.5 * pos), 2.4), .0) * 3.0;
    uvx = mix(uv, uvd, -.4);
    float f5 = max(0.01 - pow(length(uvx + 0.2 * pos), 5.5), .0) * 2.0;
    vec3 c = vec3(.0);
    c.r += f2 + f4 + f5; c.g += f22 + f42 + f5; c.b += f23 + f43 + f5;
    c = c * 1.3 - vec3(length(uvd) * .05);
    return c + vec3(f0);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = fragCoord.xy / iResolution.xy - 0.5;
    uv.x *= iResolution.x / iResolution.y;
    vec2 mouse = vec2(sin(iTime) * .4, sin(iTime * .913) * .3);
    vec3 color = vec3(1.4, 1.2, 1.0) * lensflare(uv, mouse);
    color -= noise(uv.x + 13. * uv.y) * .015;
    fragColor = vec4(color, 1.0);
}
