// Inversions in spheres: an Apollonian gasket seen from inside.
vec4 orb;
float map(vec3 p, float s) {
    float scale = 1.0;
    orb = vec4(1000.0);
    for (int i = 0; i < 8; i++) {
        p = -1.0 + 2.0 * fract(0.5 * p + 0.5);
        float r2 = dot(p, p);
        orb = min(orb, vec4(abs(p), r2));
        float k = s / r2;
        p *= k;
        scale *= k;
    }
    return 0.25 * abs(p.y) / scale;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float time = iTime * 0.25 + 0.01;
    float anim = 1.1 + 0.5 * smoothstep(-0.3, 0.3, cos(0.1 * iTime));
    vec3 ro = vec3(2.8 * cos(0.1 + .33 * time), 0.4 + 0.3 * cos(0.37 * time), 2.8 * cos(0.5 + 0.35 * time));
    vec3 ta = vec3(1.9 * cos(1.2 + .41 * time), 0.4 + 0.1 * cos(0.27 * time), 1.9 * cos(2.0 + 0.38 * time));
    vec3 cw = normalize(ta - ro), cu = normalize(cross(cw, vec3(0, 1, 0))), cv = cross(cu, cw);
    vec3 rd = normalize(p.x * cu + p.y * cv + 2.0 * cw);
    float t = 0.01;
    for (int i = 0; i < 60; i++) {
        float h = map(ro + rd * t, anim);
        if (h < 0.001 * t || t > 20.0) break;
        t += h;
    }
    vec3 rgb = mix(vec3(1), vec3(1.0, 0.8, 0.2), clamp(6.0 * orb.y, 0.0, 1.0));
    rgb = mix(rgb, vec3(1.0, 0.55, 0.0), pow(clamp(1.0 - 2.0 * orb.z, 0.0, 1.0), 8.0));
    float ao = pow(clamp(orb.w * 2.0, 0.0, 1.0), 1.2);
    fragColor = vec4(rgb * ao * exp(-0.15 * t), 1.0);
}
