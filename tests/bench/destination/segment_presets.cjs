// Runs events through Segment's own trigger and mapping code with the three presets and prints the CPU time.
// Arguments: an NDJSON file of events, a JSON file of presets and the form, `parsed` or `NDJSON`.
const fs = require('fs')
const { transform } = require('@segment/actions-core/mapping-kit')
const { parseFql, validate } = require('@segment/destination-subscriptions')

const [, , eventsFile, presetsFile, form] = process.argv
const text = fs.readFileSync(eventsFile, 'utf8')
const presets = JSON.parse(fs.readFileSync(presetsFile, 'utf8')).map(({ subscribe, mapping }) => ({ tree: parseFql(subscribe), mapping }))
const lines = text.split('\n').filter(Boolean)
const events = form === 'parsed' ? lines.map((line) => JSON.parse(line)) : null

let matched = 0
const start = process.cpuUsage()
for (let index = 0; index < lines.length; index++) {
  const event = events ? events[index] : JSON.parse(lines[index])
  for (const { tree, mapping } of presets) {
    if (validate(tree, event)) {
      transform(mapping, event)
      matched++
    }
  }
}
const used = process.cpuUsage(start)
const seconds = (used.user + used.system) / 1e6
console.log(JSON.stringify({ events: lines.length, matched, seconds }))
