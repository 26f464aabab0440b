#version 100
// A swirl of hues: polar coordinates, HSV to RGB. GLSL ES 1.00 with gl_FragColor, as glslViewer runs it.
// Idea: The Book of Shaders, chapter 6; HSV conversion after Inigo Quilez, "smooth HSV", iquilezles.org.
precision mediump float;
uniform float u_time;
uniform vec2 u_resolution;

vec3 hsv2rgb(vec3 c) {
    vec3 rgb = clamp(abs(mod(c.x * 6.0 + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
    rgb = rgb * rgb * (3.0 - 2.0 * rgb);
    return c.z * mix(vec3(1.0), rgb, c.y);
}

void main() {
    vec2 p = (2.0 * gl_FragCoord.xy - u_resolution) / u_resolution.y;
    float radius = length(p);
    float angle = atan(p.y, p.x) / 6.2831853;
    float hue = angle + 0.5 * radius - 0.2 * u_time + 0.05 * sin(6.0 * radius - 2.0 * u_time);
    float value = 0.6 + 0.4 * smoothstep(0.0, 0.3, radius);
    gl_FragColor = vec4(hsv2rgb(vec3(fract(hue), 0.85, value)), 1.0);
}
