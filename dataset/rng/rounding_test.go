// No product of floats may be fused with a sum by a compiler (Go does so on arm64, ppc64, s390x), or a seed would give other bits there: this
// reads the source and finds the products that are not rounded by a conversion first.
package rng

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// noImports leaves other packages unknown: an operand of unknown type counts as a float.
type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not read") }

// fusible lists the products of floats that are neither rounded by a conversion, nor a factor, a dividend, compared or an argument of package
// math.
func fusible(fset *token.FileSet, files []*ast.File) []string {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	conf := types.Config{Importer: noImports{}, Error: func(error) {}}
	_, _ = conf.Check("p", fset, files, info) // its errors are the unknown packages
	var found []string
	for _, f := range files {
		var path []ast.Node
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil {
				path = path[:len(path)-1]
				return true
			}
			switch n := n.(type) {
			case *ast.BinaryExpr:
				if n.Op == token.MUL && isFloat(info, n) && !isRounded(info, path) {
					found = append(found, fset.Position(n.Pos()).String())
				}
			case *ast.AssignStmt:
				if n.Tok == token.MUL_ASSIGN && isFloat(info, n.Lhs[0]) {
					found = append(found, fset.Position(n.Pos()).String())
				}
			}
			path = append(path, n)
			return true
		})
	}
	return found
}

func isFloat(info *types.Info, e ast.Expr) bool {
	tv := info.Types[e]
	if tv.Value != nil {
		return false
	}
	if b, ok := e.(*ast.BinaryExpr); ok && isUnknown(tv) {
		return isFloat(info, b.X) && isFloat(info, b.Y) || !isInteger(info, b.X) && !isInteger(info, b.Y)
	}
	return isUnknown(tv) || types.Default(tv.Type).Underlying() == types.Typ[types.Float64]
}

func isUnknown(tv types.TypeAndValue) bool {
	return tv.Type == nil || tv.Type == types.Typ[types.Invalid]
}

func isInteger(info *types.Info, e ast.Expr) bool {
	tv := info.Types[e]
	if isUnknown(tv) || tv.Value != nil {
		return false
	}
	b, ok := tv.Type.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// isRounded looks at what a product, the child of the last of path, is used for.
func isRounded(info *types.Info, path []ast.Node) bool {
	for i := len(path) - 1; i >= 0; i-- {
		switch p := path[i].(type) {
		case *ast.ParenExpr, *ast.UnaryExpr:
			continue
		case *ast.BinaryExpr:
			return p.Op != token.ADD && p.Op != token.SUB
		case *ast.ValueSpec: // of a constant, exact whatever its type
			return i > 0 && isConst(path[i-1])
		case *ast.CallExpr:
			if info.Types[p.Fun].IsType() {
				return true
			}
			s, ok := p.Fun.(*ast.SelectorExpr)
			if !ok {
				return false
			}
			x, ok := s.X.(*ast.Ident)
			return ok && x.Name == "math"
		default:
			return false
		}
	}
	return false
}

func isConst(n ast.Node) bool {
	d, ok := n.(*ast.GenDecl)
	return ok && d.Tok == token.CONST
}

func TestProductsAreRoundedBeforeTheyAreAdded(t *testing.T) {
	for _, dir := range []string{".", "../../bench/pace"} {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		fset := token.NewFileSet()
		var files []*ast.File
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			f, err := parser.ParseFile(fset, name, text, 0)
			require.NoError(t, err)
			files = append(files, f)
		}
		require.Greater(t, len(files), 4)
		require.Empty(t, fusible(fset, files), "write float64(x*y): a fused product has other bits on arm64")
	}
}

func TestFusibleProductsAreFound(t *testing.T) {
	for body, want := range map[string]int{
		"return x*y + 1":                      1,
		"return 1 - (x*y)":                    1,
		"return 1 + -(x*y)":                   1,
		"z := x * y; return z + 1":            1,
		"return x * y":                        1,
		"x *= y; return x":                    1,
		"return f(x*y, 0)":                    1,
		"return math.Sqrt(x) * y":             1,
		"return float64(x*y) + 1":             0,
		"return float64(x*y*x) + 1":           0,
		"return x*y/3 + 1":                    0,
		"return math.FMA(x*y, x, y)":          0,
		"if x*y < 1 { return 0 }; return 1":   0,
		"i, j := 1, 2; return float64(i*j+i)": 0,
		"const c = 2 * math.Pi; return c":     0,
		"var c = 2 * math.Sqrt(x); return c":  1,
		"return x + 2*3":                      0,
	} {
		fset := token.NewFileSet()
		source := fmt.Sprintf("package p\nimport \"math\"\nfunc f(x, y float64) float64 { %s }", body)
		file, err := parser.ParseFile(fset, "f.go", source, 0)
		require.NoError(t, err)
		require.Len(t, fusible(fset, []*ast.File{file}), want, body)
	}
}
