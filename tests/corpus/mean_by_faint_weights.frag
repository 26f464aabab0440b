// Cells whose colours are mixed by weights that fall off fast: far from all of them the weights are tiny, and their
// quotient is not.
vec3 spot(vec2 cell) {
    vec3 p = fract(cell.xyx * vec3(0.1031, 0.1030, 0.0973));
    p += dot(p, p.yxz + 33.33);
    return fract((p.xxy + p.yzz) * p.zyx);
}

void mainImage(out vec4 color, in vec2 position) {
    vec2 p = position / iResolution.y * 5.0 + vec2(0.3 * iTime, 0.0);
    vec2 cell = floor(p), place = fract(p);
    vec2 sum = vec2(0.0);
    for (int j = -1; j <= 1; j++) {
        for (int i = -1; i <= 1; i++) {
            vec2 offset = vec2(i, j);
            vec3 found = spot(cell + offset);
            float weight = pow(1.0 - smoothstep(0.0, 1.5, length(offset + found.xy - place)), 24.0);
            sum += vec2(found.z * weight, weight);
        }
    }
    color = vec4(vec3(sum.x / sum.y), 1.0);
}
