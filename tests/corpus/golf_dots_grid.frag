// Code golf: dots on a grid that breathe, in one expression.
void mainImage(out vec4 O, vec2 U) {
    vec2 R = iResolution.xy, q = 8. * (U - .5 * R) / R.y;
    O = vec4(smoothstep(.05, -.05, length(fract(q) - .5) - .25 - .2 * sin(iTime + dot(floor(q), vec2(.7, 1.3)))));
    O.rgb *= .5 + .5 * cos(6.3 * (floor(q.x) * .1 + vec3(0, .33, .67)));
}
