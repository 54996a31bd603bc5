// Distributions of waiting times, and the text form they are written in on a command line.
package mock

import (
	"fmt"
	"math"
	"math/bits"
	"strings"
	"time"
)

// A Distribution draws durations; it never draws a negative one. The zero value always draws 0.
type Distribution struct {
	shape shape
	a, b  time.Duration // meaning by shape
}

type shape uint8

const (
	fixed shape = iota
	uniform
	normal
	exponential
	lognormal
)

// shapes is the grammar: name, separator between the two parameters ("" for one parameter), example.
var shapes = [...]struct {
	name, sep, example string
}{
	fixed:       {"fixed", "", "20ms"},
	uniform:     {"uniform", "-", "uniform:10ms-30ms"},
	normal:      {"normal", ",", "normal:20ms,5ms"},
	exponential: {"exp", "", "exp:20ms"},
	lognormal:   {"lognormal", ",", "lognormal:20ms,5ms"},
}

// Fixed always draws d.
func Fixed(d time.Duration) Distribution { return Distribution{fixed, d, 0} }

// Uniform draws from lo to hi.
func Uniform(lo, hi time.Duration) Distribution { return Distribution{uniform, lo, hi} }

// Normal draws around mean; what would be negative becomes 0.
func Normal(mean, stddev time.Duration) Distribution { return Distribution{normal, mean, stddev} }

// Exponential draws with the given mean.
func Exponential(mean time.Duration) Distribution { return Distribution{exponential, mean, 0} }

// LogNormal draws values whose own mean and standard deviation are the given ones.
func LogNormal(mean, stddev time.Duration) Distribution { return Distribution{lognormal, mean, stddev} }

// ParseDistribution reads "20ms", "uniform:10ms-30ms", "normal:20ms,5ms", "exp:20ms" or "lognormal:20ms,5ms".
func ParseDistribution(text string) (Distribution, error) {
	name, arg, named := strings.Cut(strings.TrimSpace(text), ":")
	if !named {
		name, arg = shapes[fixed].name, name
	}
	for s, row := range shapes {
		if row.name != name {
			continue
		}
		d := Distribution{shape: shape(s)}
		first, second := arg, ""
		if row.sep != "" {
			var ok bool
			if first, second, ok = strings.Cut(arg, row.sep); !ok {
				return Distribution{}, fmt.Errorf("distribution %q: want two durations, like %q", text, row.example)
			}
		}
		var err error
		if d.a, err = parseWait(first); err != nil {
			return Distribution{}, fmt.Errorf("distribution %q: %w (example: %q)", text, err, row.example)
		}
		if row.sep != "" {
			if d.b, err = parseWait(second); err != nil {
				return Distribution{}, fmt.Errorf("distribution %q: %w (example: %q)", text, err, row.example)
			}
		}
		if d.shape == uniform && d.b < d.a {
			return Distribution{}, fmt.Errorf("distribution %q: upper bound %v is below lower bound %v", text, d.b, d.a)
		}
		if d.shape == lognormal && d.a == 0 && d.b != 0 {
			return Distribution{}, fmt.Errorf("distribution %q: a log-normal mean must be above 0", text)
		}
		return d, nil
	}
	names := make([]string, 0, len(shapes))
	for _, row := range shapes {
		names = append(names, row.name)
	}
	return Distribution{}, fmt.Errorf("distribution %q: unknown shape %q, want one of %s", text, name, strings.Join(names, ", "))
}

func parseWait(text string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(text))
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration, write it with its unit like 20ms", text)
	}
	if d < 0 {
		return 0, fmt.Errorf("%v is negative", d)
	}
	return d, nil
}

// String is the form ParseDistribution reads.
func (d Distribution) String() string {
	switch row := shapes[d.shape]; {
	case d.shape == fixed:
		return d.a.String()
	case row.sep == "":
		return row.name + ":" + d.a.String()
	default:
		return row.name + ":" + d.a.String() + row.sep + d.b.String()
	}
}

// MarshalText makes a Distribution usable in JSON and YAML.
func (d Distribution) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form of ParseDistribution.
func (d *Distribution) UnmarshalText(b []byte) error {
	v, err := ParseDistribution(string(b))
	if err == nil {
		*d = v
	}
	return err
}

// draw takes one value.
func (d Distribution) draw(r *dice) time.Duration {
	a, b := float64(d.a), float64(d.b)
	var v float64
	switch d.shape {
	case uniform:
		return d.a + time.Duration(r.float()*float64(d.b-d.a))
	case normal:
		v = a + b*r.normal()
	case exponential:
		v = -a * math.Log(1-r.float())
	case lognormal:
		if a == 0 {
			return 0
		}
		sigma2 := math.Log(1 + (b/a)*(b/a))
		v = math.Exp(math.Log(a) - sigma2/2 + math.Sqrt(sigma2)*r.normal())
	default:
		return d.a
	}
	return time.Duration(min(max(v, 0), math.MaxInt64/4))
}

// dice is a splitmix64 generator: one word of state, so every answer can have its own.
type dice struct{ state uint64 }

// newDice gives each request number its own sequence.
func newDice(seed, n uint64) dice {
	d := dice{seed}
	d.state = d.next() ^ bits.RotateLeft64(n*0x9e3779b97f4a7c15, 29)
	d.next()
	return d
}

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// float is uniform in [0, 1).
func (d *dice) float() float64 { return float64(d.next()>>11) / (1 << 53) }

// normal is standard normal (Box and Muller, the second value is not kept).
func (d *dice) normal() float64 {
	return math.Sqrt(-2*math.Log(1-d.float())) * math.Cos(2*math.Pi*d.float())
}
