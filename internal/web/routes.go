package web

// route is a page and where it is.
type route struct {
	pattern string
	page    func(*Request) (Page, error)
	cached  bool // depends on the record and the query alone
}

// routes are all pages.
func (s *Site) routes() []route {
	return []route{
		{"GET /people", s.people, true},
		{"GET /p/{id}", s.person, true},
		{"GET /p/{id}/{slug}", s.person, true},
		{"GET /o/{id}", s.person, true},
		{"GET /o/{id}/{slug}", s.person, true},
		{"GET /quotes", s.quotes, true},
		{"GET /q/{id}", s.quote, true},
		{"GET /{$}", s.whatsNew, false},
		{"POST /seen", s.seen, false},
		{"GET /day/{day}", s.day, true},
		{"GET /timeline", s.timeline, true},
		{"GET /e/{id}", s.event, true},
		{"GET /e/{id}/{slug}", s.event, true},
		{"GET /e/{id}/diff", s.eventDiff, true},
		{"GET /d/{id}", s.reader, true},
		{"GET /d/{id}/versions", s.versions, false},
		{"GET /f/{ref}", s.fact, true},
		{"GET /positions", s.positions, true},
		{"GET /positions/{issue}", s.issue, true},
		{"GET /commitments", s.commitments, true},
		{"GET /c/{id}", s.commitment, true},
		{"GET /sources", s.sources, true},
		{"GET /sources/compare", s.compare, true},
		{"GET /s/{id}", s.source, true},
		{"GET /network", s.network, true},
		{"GET /search", s.search, true},
		{"GET /t/{id}", s.threadPage, true},
		{"GET /t/{id}/{slug}", s.threadPage, true},
		{"GET /changes", s.changes, true},
		{"GET /status", s.status, false},
		{"GET /export", s.exports, true},
		{"GET /export/{format}", s.exportAs, true},
		{"GET /export/{format}/manifest", s.exportManifest, true},
		{"GET /api", s.api, true},
		{"GET /check", s.draft, true},
		{"POST /check", s.compareDraft, false},
		{"GET /upload", s.upload, true},
		{"POST /upload", s.take, false},
		{"GET /jobs/{id}", s.job, false},
		{"GET /help", s.help, true},
		{"POST /theme", s.theme, false},
	}
}
