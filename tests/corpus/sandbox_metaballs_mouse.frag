#ifdef GL_ES
precision mediump float;
#endif
#extension GL_OES_standard_derivatives : enable
uniform float time;
uniform vec2 mouse;
uniform vec2 resolution;
float ball(vec2 p, float fx, float fy, float ax, float ay) {
    vec2 r = vec2(p.x + cos(time * fx) * ax, p.y + sin(time * fy) * ay);
    return 0.04 / dot(r, r);
}
void main(void) {
    vec2 q = gl_FragCoord.xy / resolution.xy;
    vec2 p = -1.0 + 2.0 * q;
    p.x *= resolution.x / resolution.y;
    float col = 0.0;
    col += ball(p, 1.0, 2.0, 0.4, 0.5);
    col += ball(p, 1.5, 2.5, 0.6, 0.3);
    col += ball(p, 2.0, 3.0, 0.5, 0.6);
    col += ball(p - (mouse * 2.0 - 1.0), 0.1, 0.2, 0.1, 0.1);
    col = max(mod(col, 0.5), min(col, 2.0));
    gl_FragColor = vec4(col * 0.4, col * 0.3, col * 0.8, 1.0);
}
