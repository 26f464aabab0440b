#version 300 es
precision highp float;
// Two colours mixed in OKLab above, in linear light below, in sRGB in between.
uniform vec2 iResolution;
uniform float iTime;
out vec4 outColor;
float cbrt1(float x) { return sign(x) * pow(abs(x), 1.0 / 3.0); }
vec3 toLinear(vec3 c) { return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c)); }
vec3 toSrgb(vec3 c) { return mix(c * 12.92, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c)); }
vec3 toOklab(vec3 c) {
    float l = 0.4122214708 * c.r + 0.5363325363 * c.g + 0.0514459929 * c.b;
    float m = 0.2119034982 * c.r + 0.6806995451 * c.g + 0.1073969566 * c.b;
    float s = 0.0883024619 * c.r + 0.2817188376 * c.g + 0.6299787005 * c.b;
    vec3 k = vec3(cbrt1(l), cbrt1(m), cbrt1(s));
    return vec3(0.2104542553 * k.x + 0.7936177850 * k.y - 0.0040720468 * k.z,
                1.9779984951 * k.x - 2.4285922050 * k.y + 0.4505937099 * k.z,
                0.0259040371 * k.x + 0.7827717662 * k.y - 0.8086757660 * k.z);
}
vec3 fromOklab(vec3 c) {
    float l = c.x + 0.3963377774 * c.y + 0.2158037573 * c.z;
    float m = c.x - 0.1055613458 * c.y - 0.0638541728 * c.z;
    float s = c.x - 0.0894841775 * c.y - 1.2914855480 * c.z;
    vec3 k = vec3(l * l * l, m * m * m, s * s * s);
    return vec3(4.0767416621 * k.x - 3.3077115913 * k.y + 0.2309699292 * k.z,
               -1.2684380046 * k.x + 2.6097574011 * k.y - 0.3413193965 * k.z,
               -0.0041960863 * k.x - 0.7034186147 * k.y + 1.7076147010 * k.z);
}
void main() {
    vec2 uv = gl_FragCoord.xy / iResolution;
    vec3 a = 0.5 + 0.5 * cos(iTime + vec3(0, 2, 4)), b = 0.5 + 0.5 * cos(iTime * 0.7 + 3.0 + vec3(0, 2, 4));
    vec3 col;
    if (uv.y > 0.667) col = toSrgb(clamp(fromOklab(mix(toOklab(toLinear(a)), toOklab(toLinear(b)), uv.x)), 0.0, 1.0));
    else if (uv.y > 0.333) col = mix(a, b, uv.x);
    else col = toSrgb(mix(toLinear(a), toLinear(b), uv.x));
    outColor = vec4(col, 1.0);
}
