package web

import (
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/gate"
)

// route is a page and where it is.
type route struct {
	pattern string
	page    func(*Request) (Page, error)
	cached  bool           // depends on the record and the query alone
	needs   account.Scopes // of who asks; None: open to everybody
}

// uploads is the route with bodies of its own size.
const uploads = "POST /upload"

// routes are all pages.
func (s *Site) routes() []route {
	return append(s.reviewRoutes(), []route{
		{"GET /people", s.people, true, account.Read},
		{"GET /p/{id}", s.person, true, account.Read},
		{"GET /p/{id}/{slug}", s.person, true, account.Read},
		{"GET /o/{id}", s.person, true, account.Read},
		{"GET /o/{id}/{slug}", s.person, true, account.Read},
		{"GET /quotes", s.quotes, true, account.Read},
		{"GET /q/{id}", s.quote, true, account.Read},
		{"GET /{$}", s.whatsNew, false, account.Read},
		{"POST /seen", s.seen, false, account.Read},
		{"GET /day/{day}", s.day, true, account.Read},
		{"GET /timeline", s.timeline, true, account.Read},
		{"GET /e/{id}", s.event, true, account.Read},
		{"GET /e/{id}/{slug}", s.event, true, account.Read},
		{"GET /e/{id}/diff", s.eventDiff, true, account.Read},
		{"GET /d/{id}", s.reader, false, account.Read},
		{"GET /d/{id}/versions", s.versions, false, account.Read},
		{"GET /f/{ref}", s.fact, true, account.Read},
		{"GET /positions", s.positions, true, account.Read},
		{"GET /positions/{issue}", s.issue, true, account.Read},
		{"GET /commitments", s.commitments, true, account.Read},
		{"GET /c/{id}", s.commitment, true, account.Read},
		{"GET /sources", s.sources, true, account.Read},
		{"GET /sources/compare", s.compare, true, account.Read},
		{"GET /s/{id}", s.source, true, account.Read},
		{"GET /network", s.network, true, account.Read},
		{"GET /search", s.search, true, account.Read},
		{"GET /t/{id}", s.threadPage, true, account.Read},
		{"GET /t/{id}/{slug}", s.threadPage, true, account.Read},
		{"GET /changes", s.changes, true, account.Read},
		{"GET /status", s.status, false, account.Read},
		{"GET /export", s.exports, true, account.Read},
		{"GET /export/{format}", s.exportAs, true, account.Read},
		{"GET /export/{format}/manifest", s.exportManifest, true, account.Read},
		{"GET /api", s.api, true, account.Read},
		{"GET /check", s.draft, true, account.Read},
		{"POST /check", s.compareDraft, false, account.Read},
		{"GET /upload", s.upload, true, account.Review},
		{uploads, s.take, false, account.Review},
		{"GET /jobs/{id}", s.job, false, account.Review},
		{"GET /help", s.help, true, account.Read},
		{"POST /theme", s.theme, false, account.None},
		{"GET /login", s.login, false, account.None},
		{"POST /login", s.signIn, false, account.None},
		{"POST /logout", s.signOut, false, account.None},
		{"GET /login/first", s.first, false, account.None},
		{"POST /login/first", s.signUpFirst, false, account.None},
		{"GET /login/oidc", s.leave, false, account.None},
		{"GET " + gate.CallbackPath, s.comeBack, false, account.None},
		{"GET /account", s.own, false, account.Read},
		{"POST /account/password", s.changePassword, false, account.Read},
		{"POST /account/tokens", s.makeToken, false, account.Read},
		{"POST /account/tokens/revoke", s.revokeToken, false, account.Read},
		{"GET /admin/accounts", s.accounts, false, account.Admin},
		{"POST /admin/accounts", s.addAccount, false, account.Admin},
		{"POST /admin/accounts/change", s.changeAccount, false, account.Admin},
	}...)
}
