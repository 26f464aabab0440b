/*{
  "DESCRIPTION": "Bars whose count, softness and colour are inputs",
  "CREDIT": "",
  "ISFVSN": "2",
  "CATEGORIES": ["Generator"],
  "INPUTS": [
    {"NAME": "bars", "TYPE": "float", "DEFAULT": 7.0, "MIN": 1.0, "MAX": 30.0},
    {"NAME": "soft", "TYPE": "float", "DEFAULT": 0.15, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "tint", "TYPE": "color", "DEFAULT": [0.9, 0.4, 0.2, 1.0]},
    {"NAME": "center", "TYPE": "point2D", "DEFAULT": [0.5, 0.5]},
    {"NAME": "invert", "TYPE": "bool", "DEFAULT": false},
    {"NAME": "mode", "TYPE": "long", "VALUES": [0, 1, 2], "LABELS": ["x", "y", "r"], "DEFAULT": 2}
  ]
}*/
void main() {
    vec2 uv = isf_FragNormCoord.xy - center;
    uv.x *= RENDERSIZE.x / RENDERSIZE.y;
    float v;
    if (mode == 0) v = uv.x;
    else if (mode == 1) v = uv.y;
    else v = length(uv);
    float wave = fract(v * bars - TIME * 0.5);
    float edge = smoothstep(0.0, soft, wave) * (1.0 - smoothstep(1.0 - soft, 1.0, wave));
    if (invert) edge = 1.0 - edge;
    gl_FragColor = vec4(tint.rgb * edge, 1.0);
}
