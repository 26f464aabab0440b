// Halftone in four inks, each grid turned by its own angle.
vec2 rot(vec2 p, float deg) { float a = radians(deg); return vec2(cos(a) * p.x - sin(a) * p.y, sin(a) * p.x + cos(a) * p.y); }
vec3 image(vec2 uv) { return 0.5 + 0.5 * cos(6.28 * (vec3(0, .33, .67) + length(uv - .5) + .1 * iTime)); }
float ink(vec2 fc, float deg, int channel) {
    float size = 7.0;
    vec2 p = rot(fc, deg) / size, c = (floor(p) + .5), f = p - c;
    vec3 rgb = image(rot(c * size, -deg) / iResolution.xy);
    float k = min(1. - rgb.r, min(1. - rgb.g, 1. - rgb.b));
    vec4 cmyk = vec4((1. - rgb - k) / max(1. - k, .001), k);
    return smoothstep(.05, -.05, length(f) - .7 * sqrt(cmyk[channel]));
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec4 i = vec4(ink(fragCoord, 15., 0), ink(fragCoord, 75., 1), ink(fragCoord, 0., 2), ink(fragCoord, 45., 3));
    fragColor = vec4((1. - i.xyz) * (1. - i.w), 1);
}
