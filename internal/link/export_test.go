package link

// InRegions links docs in regions, whatever their number.
var InRegions = inRegions

// Order sorts the lists of a record.
var Order = order
