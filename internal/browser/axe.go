package browser

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed testdata/axe/axe.min.js
var axe string

// Violation is one rule of axe-core that a page breaks.
type Violation struct {
	ID, Help string
	Nodes    []struct {
		HTML           string
		Target         []any
		FailureSummary string
	}
}

// String says what is broken and where.
func (v Violation) String() string {
	s := fmt.Sprintf("axe %s: %s", v.ID, v.Help)
	for i, n := range v.Nodes {
		if i == 4 {
			s += fmt.Sprintf("\n\t… and %d more", len(v.Nodes)-i)
			break
		}
		s += fmt.Sprintf("\n\t%v %s\n\t\t%s", n.Target, clip(n.HTML, 200), strings.ReplaceAll(n.FailureSummary, "\n", " "))
	}
	return s
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// Axe runs axe-core on the page: the rules of WCAG 2.2 AA and its best
// practices.
func (p *Page) Axe() []Violation {
	p.tb.Helper()
	if !Eval[bool](p, "typeof axe !== 'undefined'") {
		Eval[bool](p, axe+"\n;true")
	}
	return Eval[[]Violation](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => ({
		ID: v.id, Help: v.help, Nodes: v.nodes.map(n => ({HTML: n.html, Target: n.target, FailureSummary: n.failureSummary})),
	})))`)
}

// Wide is by how many CSS pixels the page is wider than its window, with the
// elements that stick out; 0 when nothing has to be scrolled sideways.
func (p *Page) Wide() (by int, what []string) {
	p.tb.Helper()
	by = Eval[int](p, "Math.max(0, document.scrollingElement.scrollWidth - innerWidth)")
	if by > 0 {
		what = Eval[[]string](p, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 6).map(e => e.outerHTML.slice(0, 120))`)
	}
	return by, what
}
