// Code golf: nested cosines bend space until rings appear.
void mainImage(out vec4 O, in vec2 F) {
    vec2 r = iResolution.xy, p = (F + F - r) / r.y / .7, d = vec2(-1, 1), c = p * mat2(1, 1, d / (.1 + 5. / dot(5. * p - d, 5. * p - d)));
    float a = dot(c, c), i = 0.;
    c *= mat2(cos(log(a) + iTime * .2 + vec4(0, 33, 11, 0))) * 5.;
    vec4 w = vec4(0);
    for (; i++ < 7.; w += 1. + sin(c.xyyx)) c += .6 * sin(c.yx * i + iTime) / i + .5;
    i = length(sin(c / .3) * .2 + c * vec2(1, 2)) - 1.;
    O = 1. - exp(-exp(c.x * vec4(.3, -.2, -.5, 0)) / w / (1. + i * i) / (.03 + abs(length(p) - .7)));
}
