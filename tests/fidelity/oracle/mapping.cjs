// Answers mapping cases with Segment's own transform: NDJSON {id, mapping, data?} in, {id, output | error, tagged?} out.
// Run with TZ=UTC and NODE_PATH at a node_modules that has @segment/actions-core and liquidjs.
const readline = require('node:readline')
const { transform } = require('@segment/actions-core/mapping-kit')

let tagged = false

function tag(value) {
  const kind = Object.prototype.toString.call(value)
  if (value === undefined) return mark({ $undefined: true })
  if (typeof value === 'function') return mark({ $function: true })
  if (Number.isNaN(value)) return mark({ $nan: true })
  if (value === Infinity || value === -Infinity) return mark({ $inf: Math.sign(value) })
  if (kind === '[object Date]') return mark({ $date: value.toISOString() })
  if (Array.isArray(value)) return value.map(tag)
  if (kind === '[object Object]') return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, tag(member)]))
  return value
}

function mark(value) {
  tagged = true
  return value
}

function described(error) {
  if (error.name === 'AggregateError') {
    return { name: error.name, errors: [...error].map(({ name, message }) => ({ name, message })) }
  }
  const engine = ['TypeError', 'RangeError', 'SyntaxError'].includes(error.name)
  return { name: error.name, message: error.message, ...(engine && { engine }) }
}

function answer({ id, mapping, data }) {
  tagged = false
  try {
    const output = tag(transform(mapping, data))
    return tagged ? { id, output, tagged } : { id, output }
  } catch (error) {
    return { id, error: described(error) }
  }
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\n')
})
