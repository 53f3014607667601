package web

// Operation is one operation of the interface for programs, as the page /api
// lists it.
type Operation struct {
	Method, Path, Summary, Description, Group string
	Parameters                                []Parameter
	Lists                                     bool // answers a list in parts
}

// Parameter is a parameter of an operation; In is "path" or "query".
type Parameter struct{ Name, In, Doc string }

// operationGroup is the operations under one heading.
type operationGroup struct {
	Name       string
	Operations []Operation
}

func (s *Site) api(r *Request) (Page, error) {
	var groups []operationGroup
	for _, o := range s.opts.Operations {
		if n := len(groups); n == 0 || groups[n-1].Name != o.Group {
			groups = append(groups, operationGroup{Name: o.Group})
		}
		g := &groups[len(groups)-1]
		g.Operations = append(g.Operations, o)
	}
	return Page{Template: "api", Title: "API", Data: struct {
		Groups []operationGroup
		Base   string
	}{groups, s.base(r)}}, nil
}
