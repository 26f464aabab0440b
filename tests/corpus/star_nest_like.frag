// A field of stars from folds by inversion, summed over depth, as long known.
#define iterations 12
#define formuparam 0.53
#define volsteps 8
#define stepsize 0.1
#define tile 0.850
#define brightness 0.0015
#define darkmatter 0.300
#define distfading 0.730
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = fragCoord.xy / iResolution.xy - .5;
    uv.y *= iResolution.y / iResolution.x;
    vec3 dir = vec3(uv * 0.8, 1.);
    float time = iTime * 0.01 + .25;
    vec3 from = vec3(1., .5, 0.5) + vec3(time * 2., time, -2.);
    float s = 0.1, fade = 1.;
    vec3 v = vec3(0.);
    for (int r = 0; r < volsteps; r++) {
        vec3 p = from + s * dir * .5;
        p = abs(vec3(tile) - mod(p, vec3(tile * 2.)));
        float pa, a = pa = 0.;
        for (int i = 0; i < iterations; i++) {
            p = abs(p) / dot(p, p) - formuparam;
            a += abs(length(p) - pa);
            pa = length(p);
        }
        float dm = max(0., darkmatter - a * a * .001);
        a *= a * a;
        if (r > 6) fade *= 1. - dm;
        v += fade;
        v += vec3(s, s * s, s * s * s * s) * a * brightness * fade;
        fade *= distfading;
        s += stepsize;
    }
    v = mix(vec3(length(v)), v, 0.85);
    fragColor = vec4(v * .01, 1.);
}
