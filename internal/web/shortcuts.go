package web

// shortcut is a key of the pages. One table feeds the help page, the script (see
// loadAssets) and the tests.
type shortcut struct {
	Keys []string `json:"keys"` // pressed one after the other
	Do   string   `json:"do"`   // what the script does, see static/app.js
	Href string   `json:"href,omitempty"`
	Does string   `json:"does"`
}

var shortcuts = []shortcut{
	{[]string{"/"}, "search", "", "go to the search box"},
	{[]string{"?"}, "go", "/help#keys", "this help"},
	{[]string{"g", "n"}, "go", "/", "What’s new"},
	{[]string{"g", "t"}, "go", "/timeline", "Timeline"},
	{[]string{"g", "p"}, "go", "/people", "People & bodies"},
	{[]string{"g", "q"}, "go", "/quotes", "Quotes"},
	{[]string{"g", "o"}, "go", "/positions", "Positions"},
	{[]string{"g", "c"}, "go", "/commitments", "Commitments"},
	{[]string{"g", "s"}, "go", "/sources", "Sources"},
	{[]string{"g", "d"}, "go", "/check", "Check a draft"},
	{[]string{"g", "r"}, "go", "/review", "Review"},
	{[]string{"j"}, "next", "", "next row"},
	{[]string{"k"}, "previous", "", "previous row"},
	{[]string{"Enter"}, "open", "", "open the row"},
	{[]string{"]"}, "sentence-next", "", "next sentence of the evidence"},
	{[]string{"["}, "sentence-previous", "", "previous sentence of the evidence"},
	{[]string{"e"}, "evidence", "", "jump to the evidence and back; in the review queue to the value that is corrected"},
	{[]string{"c"}, "copy", "", "copy the footnote"},
	{[]string{"y"}, "pin", "", "pin the address to this version of the record"},
	{[]string{","}, "earlier", "", "the record’s earlier state"},
	{[]string{"."}, "later", "", "the record’s later state"},
	{[]string{"D"}, "disputed", "", "only what is disputed, or all again"},
	{[]string{"a"}, "decide", "", "review queue: accept, yes to the question"},
	{[]string{"r"}, "decide", "", "review queue: reject, no to the question"},
	{[]string{"m"}, "decide", "", "review queue: see the two merged"},
	{[]string{"s"}, "decide", "", "review queue: split, the ticked sentences go to the second"},
	{[]string{"w"}, "decide", "", "review queue: withdraw"},
	{[]string{"z"}, "decide", "", "review queue: skip"},
	{[]string{"u"}, "decide", "", "review queue: undo what you decided last"},
	{[]string{"n"}, "decide", "", "review queue: write a note"},
	{[]string{"Escape"}, "close", "", "close what is open, leave the field"},
}
