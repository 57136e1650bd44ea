// Evaluates mapping cases with Segment's own code: reads NDJSON {id, mapping, data?}, writes {id, output | error, tagged?}.
// Needs TZ=UTC and NODE_PATH set to a node_modules folder with @segment/actions-core and liquidjs.
const readline = require('node:readline')
const { transform } = require('@segment/actions-core/mapping-kit')

let tagged = false

function tag(value) {
  const kind = Object.prototype.toString.call(value)
  if (value === undefined) return asTagged({ $undefined: true })
  if (typeof value === 'function') return asTagged({ $function: true })
  if (Number.isNaN(value)) return asTagged({ $nan: true })
  if (value === Infinity || value === -Infinity) return asTagged({ $inf: Math.sign(value) })
  if (kind === '[object Date]') return asTagged({ $date: value.toISOString() })
  if (Array.isArray(value)) return value.map(tag)
  if (kind === '[object Object]') return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, tag(member)]))
  return value
}

function asTagged(value) {
  tagged = true
  return value
}

function describeError(error) {
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
    return { id, error: describeError(error) }
  }
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\n')
})
