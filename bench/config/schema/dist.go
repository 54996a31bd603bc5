// The keys of a distribution.

package schema

// Dist is a number to draw; its type follows from its keys.
type Dist struct {
	Type   string      `form:"derived"`
	Min    *float64    `key:"min" doc:"draws are clipped to this"`
	Max    *float64    `key:"max" doc:"draws are clipped to this"`
	Value  float64     `key:"value" for:"fixed" req:"yes" doc:"the value"`
	Mean   float64     `key:"mean" for:"normal lognormal" is:">= 0 for normal; > 0 for lognormal" req:"yes" doc:"mean"`
	Stddev float64     `key:"stddev" for:"normal" is:">= 0" def:"0.0" doc:"standard deviation"`
	Median float64     `key:"median" for:"lognormal" is:"> 0" req:"yes" doc:"median"`
	Points []DistPoint `key:"points" for:"empirical" req:"yes" doc:"values with weights"`
	Peaks  []Peak      `key:"peaks" for:"multimodal" is:"len >= 2" req:"yes" doc:"distributions with weights"`
}

// Peak is one part of a multimodal distribution.
type Peak struct {
	Distribution *Dist   `key:"distribution" req:"yes" doc:"one of them"`
	Weight       float64 `key:"weight" is:">= 0" def:"1.0" doc:"its weight"`
}

// DistPoint is one value of an empirical distribution.
type DistPoint struct {
	Value  float64 `key:"value" req:"yes" doc:"value"`
	Weight float64 `key:"weight" is:"> 0" def:"1.0" doc:"its weight"`
}
