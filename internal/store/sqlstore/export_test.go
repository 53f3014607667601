package sqlstore

// What tests with a database, which are outside the package, look at.
const (
	TimelineQuery = timelineQuery
	QuotesQuery   = quotesQuery
	WhoQuery      = whoQuery
)
