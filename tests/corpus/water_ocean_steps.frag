// A sea: waves as sums of warped sines, marched by bisection, with Fresnel and a sky.
const int ITER_GEOMETRY = 3;
float hash(vec2 p) { float h = dot(p, vec2(127.1, 311.7)); return fract(sin(h) * 43758.5453123); }
float noise(in vec2 p) {
    vec2 i = floor(p), f = fract(p), u = f * f * (3.0 - 2.0 * f);
    return -1.0 + 2.0 * mix(mix(hash(i), hash(i + vec2(1, 0)), u.x), mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), u.x), u.y);
}
const mat2 octave_m = mat2(1.6, 1.2, -1.2, 1.6);
float sea_octave(vec2 uv, float choppy) {
    uv += noise(uv);
    vec2 wv = 1.0 - abs(sin(uv)), swv = abs(cos(uv));
    wv = mix(wv, swv, wv);
    return pow(1.0 - pow(wv.x * wv.y, 0.65), choppy);
}
float map(vec3 p) {
    float freq = 0.16, amp = 0.6, choppy = 4.0, h = 0.0, t = 1.0 + iTime * 0.8;
    vec2 uv = p.xz;
    uv.x *= 0.75;
    for (int i = 0; i < ITER_GEOMETRY; i++) {
        float d = sea_octave((uv + t) * freq, choppy);
        d += sea_octave((uv - t) * freq, choppy);
        h += d * amp;
        uv *= octave_m; freq *= 1.9; amp *= 0.22;
        choppy = mix(choppy, 1.0, 0.2);
    }
    return p.y - h;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 ori = vec3(0.0, 3.5, iTime * 2.0), dir = normalize(vec3(uv.xy, -2.0));
    dir.z += length(uv) * 0.14;
    dir = normalize(dir);
    float tm = 0.0, tx = 100.0, hx = map(ori + dir * tx);
    vec3 sky = vec3(pow(1.0 - max(dir.y, 0.0), 2.0), 1.0 - max(dir.y, 0.0), 0.6 + (1.0 - max(dir.y, 0.0)) * 0.4) * 0.9;
    vec3 col = sky;
    if (hx < 0.0) {
        float hm = map(ori), tmid = 0.0;
        vec3 p;
        for (int i = 0; i < 8; i++) {
            tmid = mix(tm, tx, hm / (hm - hx));
            p = ori + dir * tmid;
            float hmid = map(p);
            if (hmid < 0.0) { tx = tmid; hx = hmid; } else { tm = tmid; hm = hmid; }
        }
        float eps = max(0.01, tmid * 0.02);
        vec3 n = vec3(map(p + vec3(eps, 0, 0)) - map(p), eps, map(p + vec3(0, 0, eps)) - map(p));
        n = normalize(n);
        float fres = pow(clamp(1.0 - dot(n, -dir), 0.0, 1.0), 3.0) * 0.65;
        vec3 base = vec3(0.1, 0.19, 0.22) + pow(dot(n, normalize(vec3(0, 1, 0.8))) * 0.4 + 0.6, 8.0) * vec3(0.8, 0.9, 0.6) * 0.12;
        vec3 sea = mix(base, sky, fres);
        col = mix(sky, sea, pow(smoothstep(0.0, -0.05, dir.y), 0.3));
    }
    fragColor = vec4(pow(col, vec3(0.75)), 1.0);
}
