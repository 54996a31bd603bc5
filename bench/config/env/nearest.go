// Likening unknown names to known ones.
package env

import "strings"

// unknown likens a name to the nearest known one.
func (r *reading) unknown(name, upper string) string {
	best, distance := "", (len(name)-len(prefix))/farthest+1
	try := func(known string) {
		if d := editDistance(upper, known); d < distance {
			best, distance = known, d
		}
	}
	for i := range groups {
		try(prefix + groups[i].name)
		for k := range groups[i].rows {
			try(groups[i].rows[k].Name)
		}
	}
	for _, o := range r.own {
		try(o)
	}
	for i := range others {
		try(others[i].Name)
	}
	if best == "" {
		return name + " is not known and has no effect"
	}
	return name + " is not known and has no effect; did you mean " + best + "?"
}

// editDistance is Levenshtein's, over bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// nearest likens a member's name to those of the group.
func (g *group) nearest(key string) string {
	best, distance := "", len(key)/farthest+2
	for i := range g.rows {
		name := g.rows[i].Name[len(g.prefix):]
		if d := editDistance(strings.ToUpper(key), name); d < distance {
			best, distance = name, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + quoted(best) + "?"
}
