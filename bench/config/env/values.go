// Values: what the settings are, the given ones and the defaults.
package env

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// Values are the settings of one process. A nil or zero Values holds the defaults. The getters panic on a name or type that the table does not
// have: that is a mistake of the program, which a test finds by looking at every name in the sources.
type Values struct {
	given []givenValue
}

// givenValue is one setting that the user set.
type givenValue struct {
	row  *Setting
	from string // the variable, or the group's
	val  any    // bool, int64, float64, string, []string, map[string]int64 or null
}

func (v *Values) lookup(row *Setting) *givenValue {
	if v == nil {
		return nil
	}
	for i := range v.given {
		if v.given[i].row == row {
			return &v.given[i]
		}
	}
	return nil
}

func (v *Values) get(name string) any {
	row := find(name)
	if row == nil {
		panic("env: no setting is named " + name)
	}
	if g := v.lookup(row); g != nil {
		return g.val
	}
	return row.defaultValue()
}

func typed[T any](v *Values, name string) T {
	var none T
	switch x := v.get(name).(type) {
	case T:
		return x
	case null:
		return none
	default:
		panic(fmt.Sprintf("env: %s is a %T", name, x))
	}
}

// Given tells whether the user set a setting, to whatever value.
func (v *Values) Given(name string) bool {
	row := find(name)
	if row == nil {
		panic("env: no setting is named " + name)
	}
	return v.lookup(row) != nil
}

// Null tells that a setting has no value; its getter then gives zero.
func (v *Values) Null(name string) bool { return v.get(name) == any(null{}) }

// Bool is the value of a switch.
func (v *Values) Bool(name string) bool { return typed[bool](v, name) }

// Int is the value of a whole number.
func (v *Values) Int(name string) int64 { return typed[int64](v, name) }

// Float is the value of a number.
func (v *Values) Float(name string) float64 { return typed[float64](v, name) }

// Str is the value of a text, path or choice.
func (v *Values) Str(name string) string { return typed[string](v, name) }

// List is the value of a list.
func (v *Values) List(name string) []string { return slices.Clone(typed[[]string](v, name)) }

// Map is the value of a map.
func (v *Values) Map(name string) map[string]int64 {
	return maps.Clone(typed[map[string]int64](v, name))
}

// Seconds is a number of seconds as a duration; what is longer than a duration is the longest one.
func (v *Values) Seconds(name string) time.Duration {
	var s float64
	switch x := v.get(name).(type) {
	case int64:
		s = float64(x)
	case float64:
		s = x
	case null:
	default:
		panic(fmt.Sprintf("env: %s is a %T", name, x))
	}
	if s >= float64(math.MaxInt64)/float64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(math.Round(s * float64(time.Second)))
}

// GivenNames lists the settings the user set, in the order of the table.
func (v *Values) GivenNames() []string {
	var names []string
	if v != nil {
		for i := range v.given {
			names = append(names, v.given[i].row.Name)
		}
	}
	return names
}

// defaultValue reads the default cell; a test reads every one.
func (s *Setting) defaultValue() any {
	raw, err := parseJSON(s.Default)
	if err != nil {
		panic("env: default of " + s.Name + ": " + err.Error())
	}
	if raw == nil {
		return null{}
	}
	val, err := s.parse(raw)
	if err != nil {
		panic("env: default of " + s.Name + ": " + err.Error())
	}
	return val
}

// same compares two values of one setting.
func same(a, b any) bool {
	switch x := a.(type) {
	case []string:
		y, ok := b.([]string)
		return ok && slices.Equal(x, y)
	case map[string]int64:
		y, ok := b.(map[string]int64)
		return ok && maps.Equal(x, y)
	}
	return a == b
}

// plain writes a value as JSON, for messages.
func plain(val any) string {
	if val == any(null{}) {
		return "null"
	}
	b, err := json.Marshal(val)
	if err != nil {
		return fmt.Sprint(val) // an infinity
	}
	return string(b)
}
