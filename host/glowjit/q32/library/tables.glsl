// Made by `python -m glowjit.q32.coefficients`, which says how; change that.

// sin(pi/2 z), z Q30; z^2 is Q28, so each step of Horner's scheme takes four bits
const int SIN_1 = 105414001;  // Q26
const int SIN_3 = -693522232;  // Q30
const int SIN_5 = 1364672512;  // Q34
const int SIN_7 = -1191071744;  // Q38

// the same to the last bit of Q30, z Q31; z^2 is Q31, so each step takes a bit
const int FINE_SIN_1 = 1686629709;  // Q30
const int FINE_SIN_3 = -1387197232;  // Q31
const int FINE_SIN_5 = 342276464;  // Q32
const int FINE_SIN_7 = -40213644;  // Q33
const int FINE_SIN_9 = 2752512;  // Q34
const int FINE_SIN_11 = -118784;  // Q35

// cos(pi sqrt v) to 9 bits, v Q30; each step takes two bits
const int COS9_0 = 16752640;  // Q24
const int COS9_1 = -328089600;  // Q26
const int COS9_2 = 1025728512;  // Q28
const int COS9_3 = -1000972288;  // Q30

// cos(pi sqrt v) to 14 bits, v Q30; each step takes two bits
const int COS14_0 = 16776504;  // Q24
const int COS14_1 = -331031431;  // Q26
const int COS14_2 = 1085038592;  // Q28
const int COS14_3 = -1382502400;  // Q30
const int COS14_4 = 765820928;  // Q32

// cos(pi sqrt v) to 20 bits, v Q30; each step takes two bits
const int COS20_0 = 16777203;  // Q24
const int COS20_1 = -331165170;  // Q26
const int COS20_2 = 1089323235;  // Q28
const int COS20_3 = -1430633041;  // Q30
const int COS20_4 = 986398720;  // Q32
const int COS20_5 = -353607680;  // Q34

// tan(pi/4 z), z Q31; z^2 is Q30, so each step takes two bits
const uint TAN_1 = 1686629275u;  // Q31
const uint TAN_3 = 1387316976u;  // Q33
const uint TAN_5 = 1363790912u;  // Q35
const uint TAN_7 = 1452740608u;  // Q37
const uint TAN_9 = 765140992u;  // Q39
const uint TAN_11 = 3174252544u;  // Q41

// the same to 2^-26 of the result
const uint FINE_TAN_1 = 1686629744u;  // Q31
const uint FINE_TAN_3 = 1387185570u;  // Q33
const uint FINE_TAN_5 = 1369831884u;  // Q35
const uint FINE_TAN_7 = 1350805606u;  // Q37
const uint FINE_TAN_9 = 1544491417u;  // Q39
const uint FINE_TAN_11 = 423175285u;  // Q41
const uint FINE_TAN_13 = 3646353457u;  // Q43

// 2^f, f Q30; each step takes two bits; exact at 0
const uint EXP2_0 = 536870912u;  // Q29
const uint EXP2_1 = 1488531081u;  // Q31
const uint EXP2_2 = 2062997430u;  // Q33
const uint EXP2_3 = 1917267968u;  // Q35
const uint EXP2_4 = 1239293952u;  // Q37
const uint EXP2_5 = 1026461696u;  // Q39

// the same to 13 bits, f Q32, in Q30 throughout
const uint EXP2_13_0 = 1073664000u;  // Q30
const uint EXP2_13_1 = 747143168u;  // Q30
const uint EXP2_13_2 = 242737152u;  // Q30
const uint EXP2_13_3 = 83779584u;  // Q30

// the same to the last bits of Q31; the last step takes f Q32 and no bits
const uint FINE_EXP2_0 = 2147483648u;  // Q31
const uint FINE_EXP2_1 = 1488522244u;  // Q31
const uint FINE_EXP2_2 = 2063529107u;  // Q33
const uint FINE_EXP2_3 = 1907138067u;  // Q35
const uint FINE_EXP2_4 = 1321377030u;  // Q37
const uint FINE_EXP2_5 = 737718187u;  // Q39
const uint FINE_EXP2_6 = 316157952u;  // Q41
const uint FINE_EXP2_7 = 188506112u;  // Q43

// atan(t) to 13 bits, t Q30; each step takes two bits
const int ATAN13_1 = 134553675;  // Q27
const int ATAN13_2 = -7342972;  // Q29
const int ATAN13_3 = -738799616;  // Q31
const int ATAN13_4 = 1208758272;  // Q33

// atan(t) to 15 bits, t Q30; each step takes two bits
const int ATAN15_1 = 67023229;  // Q26
const int ATAN15_2 = 5593243;  // Q28
const int ATAN15_3 = -477147136;  // Q30
const int ATAN15_4 = 1104318464;  // Q32
const int ATAN15_5 = -805380096;  // Q34

// acos(x) / sqrt(1 - x), x Q31; each step takes a bit
const int ACOS_0 = 1686629028;  // Q30
const int ACOS_1 = -460727152;  // Q31
const int ACOS_2 = 378691249;  // Q32
const int ACOS_3 = -394510336;  // Q33
const int ACOS_4 = 354250752;  // Q34
const int ACOS_5 = -168747008;  // Q35

// 1/sqrt(m) = x - y u, Q30, m = (i + u) / 128
const uvec2 RSQRT[128] = uvec2[](
    uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u),
    uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u),
    uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u),
    uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u),
    uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u),
    uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u),
    uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u),
    uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u), uvec2(0u, 0u),
    uvec2(2147389061u, 32787935u), uvec2(2114608028u, 31330557u), uvec2(2083283688u, 29978040u), uvec2(2053311266u, 28720115u),
    uvec2(2024596240u, 27547773u), uvec2(1997053091u, 26453078u), uvec2(1970604224u, 25429016u), uvec2(1945179054u, 24469366u),
    uvec2(1920713208u, 23568595u), uvec2(1897147840u, 22721768u), uvec2(1874429039u, 21924467u), uvec2(1852507305u, 21172729u),
    uvec2(1831337097u, 20462991u), uvec2(1810876436u, 19792039u), uvec2(1791086554u, 19156970u), uvec2(1771931585u, 18555152u),
    uvec2(1753378292u, 17984199u), uvec2(1735395822u, 17441939u), uvec2(1717955495u, 16926392u), uvec2(1701030606u, 16435753u),
    uvec2(1684596258u, 15968368u), uvec2(1668629204u, 15522723u), uvec2(1653107712u, 15097427u), uvec2(1638011439u, 14691205u),
    uvec2(1623321317u, 14302878u), uvec2(1609019458u, 13931363u), uvec2(1595089053u, 13575658u), uvec2(1581514297u, 13234836u),
    uvec2(1568280312u, 12908041u), uvec2(1555373074u, 12594477u), uvec2(1542779356u, 12293405u), uvec2(1530486668u, 12004141u),
    uvec2(1518483206u, 11726046u), uvec2(1506757803u, 11458525u), uvec2(1495299887u, 11201024u), uvec2(1484099442u, 10953025u),
    uvec2(1473146965u, 10714045u), uvec2(1462433442u, 10483630u), uvec2(1451950308u, 10261358u), uvec2(1441689422u, 10046830u),
    uvec2(1431643041u, 9839675u), uvec2(1421803795u, 9639542u), uvec2(1412164661u, 9446103u), uvec2(1402718948u, 9259048u),
    uvec2(1393460272u, 9078086u), uvec2(1384382541u, 8902943u), uvec2(1375479937u, 8733360u), uvec2(1366746902u, 8569094u),
    uvec2(1358178119u, 8409913u), uvec2(1349768503u, 8255600u), uvec2(1341513188u, 8105950u), uvec2(1333407512u, 7960766u),
    uvec2(1325447008u, 7819866u), uvec2(1317627393u, 7683073u), uvec2(1309944561u, 7550223u), uvec2(1302394570u, 7421157u),
    uvec2(1294973636u, 7295728u), uvec2(1287678122u, 7173792u), uvec2(1280504536u, 7055215u), uvec2(1273449519u, 6939870u),
    uvec2(1266509840u, 6827633u), uvec2(1259682390u, 6718390u), uvec2(1252964177u, 6612029u), uvec2(1246352318u, 6508445u),
    uvec2(1239844037u, 6407538u), uvec2(1233436658u, 6309211u), uvec2(1227127599u, 6213374u), uvec2(1220914373u, 6119939u),
    uvec2(1214794576u, 6028822u), uvec2(1208765891u, 5939944u), uvec2(1202826080u, 5853229u), uvec2(1196972979u, 5768603u),
    uvec2(1191204500u, 5685997u), uvec2(1185518623u, 5605344u), uvec2(1179913395u, 5526580u), uvec2(1174386928u, 5449643u),
    uvec2(1168937394u, 5374475u), uvec2(1163563024u, 5301019u), uvec2(1158262108u, 5229221u), uvec2(1153032985u, 5159030u),
    uvec2(1147874051u, 5090394u), uvec2(1142783750u, 5023268u), uvec2(1137760572u, 4957604u), uvec2(1132803056u, 4893358u),
    uvec2(1127909783u, 4830488u), uvec2(1123079377u, 4768952u), uvec2(1118310505u, 4708712u), uvec2(1113601870u, 4649730u),
    uvec2(1108952215u, 4591969u), uvec2(1104360319u, 4535394u), uvec2(1099824995u, 4479971u), uvec2(1095345093u, 4425668u),
    uvec2(1090919492u, 4372454u), uvec2(1086547103u, 4320297u), uvec2(1082226870u, 4269169u), uvec2(1077957763u, 4219041u)
);

// log2(m) = x + u (y - z u), Q27, m = 1 + (i + u) / 32
const uvec4 LOG2[32] = uvec4[](
    uvec4(0u, 6050151u, 91673u, 0u), uvec4(5958478u, 5866867u, 86281u, 0u),
    uvec4(11739064u, 5694360u, 81351u, 0u), uvec4(17352073u, 5531707u, 76832u, 0u),
    uvec4(22806948u, 5378086u, 72679u, 0u), uvec4(28112355u, 5232767u, 68854u, 0u),
    uvec4(33276268u, 5095093u, 65324u, 0u), uvec4(38306037u, 4964478u, 62058u, 0u),
    uvec4(43208457u, 4840392u, 59031u, 0u), uvec4(47989818u, 4722355u, 56220u, 0u),
    uvec4(52655953u, 4609939u, 53605u, 0u), uvec4(57212287u, 4502750u, 51169u, 0u),
    uvec4(61663868u, 4400432u, 48895u, 0u), uvec4(66015405u, 4302660u, 46769u, 0u),
    uvec4(70271296u, 4209139u, 44779u, 0u), uvec4(74435656u, 4119595u, 42913u, 0u),
    uvec4(78512338u, 4033783u, 41162u, 0u), uvec4(82504959u, 3951471u, 39515u, 0u),
    uvec4(86416915u, 3872453u, 37966u, 0u), uvec4(90251402u, 3796532u, 36506u, 0u),
    uvec4(94011428u, 3723530u, 35128u, 0u), uvec4(97699830u, 3653282u, 33827u, 0u),
    uvec4(101319285u, 3585638u, 32597u, 0u), uvec4(104872326u, 3520450u, 31433u, 0u),
    uvec4(108361343u, 3457592u, 30330u, 0u), uvec4(111788605u, 3396939u, 29284u, 0u),
    uvec4(115156260u, 3338377u, 28292u, 0u), uvec4(118466345u, 3281799u, 27349u, 0u),
    uvec4(121720795u, 3227108u, 26452u, 0u), uvec4(124921451u, 3174209u, 25599u, 0u),
    uvec4(128070061u, 3123016u, 24786u, 0u), uvec4(131168291u, 3073449u, 24012u, 0u)
);

// atan(t) = x + u (y - z u), Q29, t = (i + u) / 32
const uvec4 ATAN[32] = uvec4[](
    uvec4(0u, 16779944u, 8186u, 0u), uvec4(16771758u, 16763547u, 24462u, 0u),
    uvec4(33510843u, 16714577u, 40455u, 0u), uvec4(50184965u, 16633597u, 55983u, 0u),
    uvec4(66762579u, 16521543u, 70880u, 0u), uvec4(83213242u, 16379677u, 84996u, 0u),
    uvec4(99507923u, 16209564u, 98202u, 0u), uvec4(115619285u, 16013026u, 110393u, 0u),
    uvec4(131521918u, 15792100u, 121488u, 0u), uvec4(147192530u, 15548977u, 131431u, 0u),
    uvec4(162610076u, 15285966u, 140189u, 0u), uvec4(177755853u, 15005439u, 147755u, 0u),
    uvec4(192613537u, 14709784u, 154140u, 0u), uvec4(207169181u, 14401363u, 159374u, 0u),
    uvec4(221411170u, 14082481u, 163502u, 0u), uvec4(235330149u, 13755350u, 166584u, 0u),
    uvec4(248918915u, 13422064u, 168685u, 0u), uvec4(262172294u, 13084585u, 169882u, 0u),
    uvec4(275086997u, 12744723u, 170252u, 0u), uvec4(287661468u, 12404131u, 169875u, 0u),
    uvec4(299895724u, 12064302u, 168833u, 0u), uvec4(311791193u, 11726568u, 167204u, 0u),
    uvec4(323350557u, 11392100u, 165064u, 0u), uvec4(334577593u, 11061920u, 162486u, 0u),
    uvec4(345477027u, 10736906u, 159537u, 0u), uvec4(356054396u, 10417796u, 156281u, 0u),
    uvec4(366315911u, 10105207u, 152773u, 0u), uvec4(376268345u, 9799639u, 149067u, 0u),
    uvec4(385918917u, 9501489u, 145209u, 0u), uvec4(395275197u, 9211060u, 141242u, 0u),
    uvec4(404345015u, 8928569u, 137201u, 0u), uvec4(413136383u, 8654164u, 133119u, 0u)
);
