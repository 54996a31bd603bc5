// Expressions: what the parser makes of them.
package jinja

type expr any

type (
	eConst struct{ v any }
	eName  struct{ name string }
	eList  struct{ items []expr }
	eTuple struct{ items []expr }
	eDict  struct{ keys, vals []expr }
	eUnary struct {
		op string
		x  expr
	}
	eBinary struct {
		op   string
		l, r expr
	}
	eCompare struct {
		first expr
		ops   []string
		rest  []expr
	}
	eIf   struct{ cond, yes, no expr }
	eAttr struct {
		x    expr
		name string
	}
	eIndex struct{ x, i expr }
	eSlice struct{ from, to, step expr }
	eCall  struct {
		f expr
		a args
	}
	eFilter struct {
		f    filterFunc
		x    expr
		name string
		a    args
	}
	eTest struct {
		f    testFunc
		x    expr
		name string
		not  bool
		a    args
	}
	args struct {
		pos   []expr
		names []string
		named []expr
	}
)
