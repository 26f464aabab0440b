// Code golf: a volumetric tunnel, colour summed up along the ray and tone-mapped by tanh.
void mainImage(out vec4 o, vec2 u) {
    vec3 p, r = vec3(iResolution.xy, 1.0);
    o = vec4(0);
    for (float i = 0., z = 0., d; i++ < 60.; o += (cos(z * .6 + vec4(0, 1, 2, 0)) + 1.2) / d / (1. + z)) {
        p = z * normalize(vec3(u + u, 0) - r.xyy);
        p.z -= iTime * 2.;
        p.xy *= mat2(cos(p.z * .2 + vec4(0, 33, 11, 0)));
        d = .01 + .3 * abs(length(sin(p.xy) + sin(p.yz * .7)) - .4);
        z += d;
    }
    o = tanh(o / 60.);
}
