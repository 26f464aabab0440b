// Hexagonal cells with their ids, a ripple that runs over them.
const vec2 s = vec2(1, 1.7320508);
float hexDist(vec2 p) { p = abs(p); return max(dot(p, s * .5), p.x); }
vec4 getHex(vec2 p) {
    vec4 hC = floor(vec4(p, p - vec2(.5, 1)) / s.xyxy) + .5;
    vec4 h = vec4(p - hC.xy * s, p - (hC.zw + .5) * s);
    return dot(h.xy, h.xy) < dot(h.zw, h.zw) ? vec4(h.xy, hC.xy) : vec4(h.zw, hC.zw + .5);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 u = (fragCoord - iResolution.xy * .5) / iResolution.y;
    vec4 h = getHex(u * 7. + s.yx * iTime / 4.);
    float eDist = hexDist(h.xy);
    float rnd = fract(sin(dot(h.zw, vec2(141.13, 289.97))) * 43758.5453);
    rnd = sin(rnd * 6.283 + iTime * 1.5) * .5 + .5;
    vec3 col = mix(vec3(1.), vec3(.1, .1, .3), smoothstep(0., .03, eDist - rnd * .35 + .0));
    col *= smoothstep(.02, .0, eDist - .5 + .04);
    fragColor = vec4(col, 1);
}
