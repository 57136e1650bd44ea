function pendoStandIn(config) { window.pendo = window.pendo || {}; window.pendo.config = config; }
