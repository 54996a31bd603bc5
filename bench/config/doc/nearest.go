// Nearest: the known word that an unknown one was probably meant to be.
package doc

import "strings"

// near is how alike two words must be to be offered, from 0 to 1; Python's difflib, which AIPerf asks, offers from 0.6 on.
const near = 0.6

// Nearest is the word of among most like word, "" when none is like it enough. Case, dashes and underscores do not count.
func Nearest(word string, among []string) string {
	w := fold(word)
	if w == "" || len(w) > 200 {
		return ""
	}
	best, score := "", 0.0
	for _, a := range among {
		if a == word {
			continue
		}
		f := fold(a)
		if f == w {
			return a
		}
		longest := max(len(f), len(w))
		if longest-min(len(f), len(w)) > longest*4/10+1 {
			continue
		}
		if s := 1 - float64(distance(w, f))/float64(longest); s >= near && s > score {
			best, score = a, s
		}
	}
	return best
}

func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// distance counts the insertions, deletions, changes and swaps of neighbours that lead from a to b.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
