// A star field in layers: each cell of a grid has a star of its own place, size and twinkle.
float hash12(vec2 p) {
    vec3 p3 = fract(vec3(p.xyx) * .1031);
    p3 += dot(p3, p3.yzx + 33.33);
    return fract((p3.x + p3.y) * p3.z);
}
vec2 hash22(vec2 p) {
    vec3 p3 = fract(vec3(p.xyx) * vec3(.1031, .1030, .0973));
    p3 += dot(p3, p3.yzx + 33.33);
    return fract((p3.xx + p3.yz) * p3.zy);
}
mat2 Rot(float a) { float s = sin(a), c = cos(a); return mat2(c, -s, s, c); }
float Star(vec2 uv, float flare) {
    float d = length(uv);
    float m = .05 / d;
    float rays = max(0., 1. - abs(uv.x * uv.y * 1000.));
    m += rays * flare;
    uv *= Rot(3.1415 / 4.);
    rays = max(0., 1. - abs(uv.x * uv.y * 1000.));
    m += rays * .3 * flare;
    m *= smoothstep(1., .2, d);
    return m;
}
vec3 StarLayer(vec2 uv) {
    vec3 col = vec3(0);
    vec2 gv = fract(uv) - .5;
    vec2 id = floor(uv);
    for (int y = -1; y <= 1; y++) {
        for (int x = -1; x <= 1; x++) {
            vec2 offs = vec2(x, y);
            vec2 n = hash22(id + offs);
            float size = fract(n.x * 345.32);
            float star = Star(gv - offs - n + .5, smoothstep(.9, 1., size) * .6);
            vec3 color = sin(vec3(.2, .3, .9) * fract(n.y * 2345.2) * 123.2) * .5 + .5;
            color = color * vec3(1, .25, 1. + size) + vec3(.2, .2, .1) * 2.;
            star *= sin(iTime * 3. + hash12(id + offs) * 6.2831) * .5 + 1.;
            col += star * size * color;
        }
    }
    return col;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - .5 * iResolution.xy) / iResolution.y;
    float t = iTime * .02;
    uv *= Rot(t);
    vec3 col = vec3(0);
    for (float i = 0.; i < 1.; i += 1. / 3.) {
        float depth = fract(i + t);
        float scale = mix(20., .5, depth);
        float fade = depth * smoothstep(1., .9, depth);
        col += StarLayer(uv * scale + i * 453.2) * fade;
    }
    col = pow(col, vec3(.4545));
    fragColor = vec4(col, 1.0);
}
