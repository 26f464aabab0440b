// Heat haze over dunes: layered silhouettes by fbm of one dimension.
float h1(float x) { return fract(sin(x * 127.1) * 43758.5453); }
float n1(float x) { float i = floor(x), f = fract(x); f = f * f * (3. - 2. * f); return mix(h1(i), h1(i + 1.), f); }
float fbm1(float x) { float s = 0., a = .5; for (int i = 0; i < 5; i++) { s += a * n1(x); x = x * 2.03 + 17.; a *= .5; } return s; }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = fragCoord / iResolution.xy;
    uv.x += .003 * sin(60. * uv.y + 5. * iTime) * (1. - uv.y);
    vec3 col = mix(vec3(1., .6, .3), vec3(.3, .4, .8), uv.y);
    float sun = length(uv - vec2(.7, .75));
    col += vec3(1., .8, .5) * (.02 / (sun * sun + .01));
    for (int k = 0; k < 5; k++) {
        float fk = float(k), h = .6 - .12 * fk + .2 * fbm1(uv.x * (2. + fk) + 10. * fk + iTime * .1 * (fk + 1.)) - .1;
        col = mix(col, mix(vec3(.7, .45, .4), vec3(.1, .05, .15), fk / 4.), smoothstep(.004, -.004, uv.y - h));
    }
    fragColor = vec4(col, 1.);
}
