package draw

import (
	"cmp"
	"html/template"
	"math"
	"slices"
	"strconv"
)

// Network is who speaks with whom. Its nodes stand on an oval, each on a line of
// its own at the left or the right, so that no label meets another at any
// width. Those who speak with each other most face each other. With the few
// nodes that a page shows this reads better than a layout by springs, whose
// labels meet.
type Network struct {
	ID, Label, Desc string
	Nodes           []Node // those with most to show first
	Edges           []Edge
	Others          int // nodes left out
}

// Node is one person or body.
type Node struct {
	Name string
	Note string // "foreign minister of Sollund", for the table
	Href string
}

// Edge joins two nodes. Both counts are of independent reports or events, as
// the page says in Desc.
type Edge struct {
	A, B     int    // indexes of Nodes
	AtoB     int    // times A is reported to speak to B
	BtoA     int    // times B is reported to speak to A
	Together int    // meetings, calls, talks
	Href     string // where they are listed
}

func (e Edge) weight() int { return e.AtoB + e.BtoA + e.Together }

const (
	nodeLine = 26.0 // pixels a node: the height of a link's target and a gap
	nodeTop  = 16.0
	// networkMost is the width in pixels beyond which the style sheet does not
	// stretch the picture.
	networkMost = 720.0
)

// placed is where a node stands: percent across, pixels down.
type placed struct {
	x, y  float64
	right bool
}

// layout places the nodes: the sides by sides, down each side by the middle of
// whom a node speaks with, so that ties run across and rather level.
func (n Network) layout() []placed {
	tie := n.ties()
	side := n.sides(tie)
	row := make([]float64, len(n.Nodes))
	for i := range n.Nodes {
		row[i] = float64(slices.Index(side[0], i) + slices.Index(side[1], i) + 1)
	}
	// A few rounds settle it; more would only let equal orders swing.
	for range 6 {
		for _, nodes := range side {
			middle := make(map[int]float64, len(nodes))
			for _, a := range nodes {
				sum, weight := 0.0, 0.0
				for b, t := range tie[a] {
					sum, weight = sum+row[b]*float64(t), weight+float64(t)
				}
				if middle[a] = row[a]; weight > 0 {
					middle[a] = sum / weight
				}
			}
			slices.SortStableFunc(nodes, func(a, b int) int { return cmp.Or(cmp.Compare(middle[a], middle[b]), cmp.Compare(a, b)) })
			for i, a := range nodes {
				row[a] = float64(i)
			}
		}
	}
	out := make([]placed, len(n.Nodes))
	height := nodeLine * (float64(max(len(side[0]), len(side[1]))) - 0.5)
	for right, nodes := range side {
		for i, node := range nodes {
			p := placed{y: nodeLine * float64(i), right: right == 1}
			if p.right {
				// Half a line down, so that nobody is taken for a pair.
				p.y += nodeLine / 2
			}
			// An oval: the sides bulge by at most 7 percent.
			bulge := 9 + 7*math.Sqrt(max(0, 1-math.Pow(2*p.y/max(height, 1)-1, 2)))
			if p.x = 50 - bulge; p.right {
				p.x = 50 + bulge
			}
			p.y += nodeTop
			out[node] = p
		}
	}
	return out
}

// ties are how often each node is tied to each other, both ways in one.
func (n Network) ties() [][]int {
	tie := make([][]int, len(n.Nodes))
	for i := range tie {
		tie[i] = make([]int, len(n.Nodes))
	}
	for _, e := range n.Edges {
		if n.has(e) {
			tie[e.A][e.B] += e.weight()
			tie[e.B][e.A] += e.weight()
		}
	}
	return tie
}

// sides parts the nodes into left and right of about the same size: those tied
// most first, each across from whom it speaks with most.
func (n Network) sides(tie [][]int) [2][]int {
	order, total := make([]int, len(n.Nodes)), make([]int, len(n.Nodes))
	for i := range order {
		order[i] = i
		for _, t := range tie[i] {
			total[i] += t
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(total[b], total[a]) })
	var side [2][]int
	half := (len(order) + 1) / 2
	for _, a := range order {
		var pull [2]int
		for s := range side {
			for _, b := range side[s] {
				pull[s] += tie[a][b]
			}
		}
		s := 0
		if pull[0] > pull[1] || pull[0] == pull[1] && len(side[0]) > len(side[1]) {
			s = 1
		}
		if len(side[s]) >= half {
			s = 1 - s
		}
		side[s] = append(side[s], a)
	}
	return side
}

func (n Network) has(e Edge) bool {
	return e.A >= 0 && e.A < len(n.Nodes) && e.B >= 0 && e.B < len(n.Nodes) && e.A != e.B
}

// SVG draws the network.
func (n Network) SVG() template.HTML {
	w := &writer{}
	at := n.layout()
	height := nodeTop*2 + nodeLine*float64((len(n.Nodes)+1)/2)
	w.figure("network", n.ID, n.Label, n.Desc, height, true)
	most := 1
	for _, e := range n.Edges {
		most = max(most, e.weight())
	}
	edges := slices.Clone(n.Edges)
	slices.SortStableFunc(edges, func(a, b Edge) int { return cmp.Compare(a.weight(), b.weight()) })
	for _, e := range edges {
		if !n.has(e) {
			continue
		}
		// Five widths, by the share of the strongest tie.
		step := 1 + int(4*float64(e.weight()-1)/float64(max(most-1, 1)))
		ok := w.link(e.Href, true)
		w.open("g")
		w.text("title", n.words(e))
		w.empty("line", "class", "tie w"+strconv.Itoa(min(max(step, 1), 5)), "x1", pct(at[e.A].x), "y1", num(at[e.A].y), "x2", pct(at[e.B].x), "y2", num(at[e.B].y))
		w.close("g")
		w.endLink(ok)
	}
	for i, node := range n.Nodes {
		p := at[i]
		side, dx := "name end", "-9"
		if p.right {
			side, dx = "name", "9"
		}
		ok := w.link(node.Href, false)
		if ok {
			// The target: from the node to the edge of the picture.
			left := 0.0
			if p.right {
				left = p.x
			}
			w.empty("rect", "class", "hit", "x", pct(left), "y", num(p.y-12), "width", pct(min(p.x, 100-p.x)), "height", "24")
		}
		w.open("g")
		w.text("title", node.Name)
		w.empty("circle", "class", "node", "cx", pct(p.x), "cy", num(p.y), "r", "4.5")
		w.both(fit(node.Name, networkMost*0.34-12), fit(node.Name, Narrow*0.34-12), side, "x", pct(p.x), "dx", dx, "y", num(p.y+4.5))
		w.close("g")
		w.endLink(ok)
	}
	return w.html()
}

// words say what a tie is.
func (n Network) words(e Edge) string {
	a, b := n.Nodes[e.A].Name, n.Nodes[e.B].Name
	s := a + " and " + b + ": " + count(e.Together, "meeting or call")
	if e.Together != 1 {
		s = a + " and " + b + ": " + strconv.Itoa(e.Together) + " meetings or calls"
	}
	return s + "; " + a + " to " + b + " " + strconv.Itoa(e.AtoB) + " times, " + b + " to " + a + " " + strconv.Itoa(e.BtoA) + " times"
}

// Table has a row a tie, the strongest first.
func (n Network) Table() Table {
	t := Table{Caption: n.Label, Head: []string{"one", "other", "meetings and calls", "one speaks to other", "other speaks to one"}}
	edges := slices.DeleteFunc(slices.Clone(n.Edges), func(e Edge) bool { return !n.has(e) })
	slices.SortStableFunc(edges, func(a, b Edge) int { return cmp.Compare(b.weight(), a.weight()) })
	for _, e := range edges {
		a, b := n.Nodes[e.A], n.Nodes[e.B]
		t.Rows = append(t.Rows, []Cell{{a.Name, a.Href}, {b.Name, b.Href}, {strconv.Itoa(e.Together), e.Href}, {strconv.Itoa(e.AtoB), ""}, {strconv.Itoa(e.BtoA), ""}})
	}
	return t
}
