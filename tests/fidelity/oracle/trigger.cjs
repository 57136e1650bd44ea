// Answers trigger cases with Segment's own code: NDJSON {kind, fql | ast, event?} in, the same with the answer added out.
// Run with NODE_PATH at a node_modules that has @segment/destination-subscriptions.
const readline = require('node:readline')
const { generateFql, parseFql, validate } = require('@segment/destination-subscriptions')

function tag(value) {
  if (value === undefined) return { $undefined: true }
  if (Number.isNaN(value)) return { $nan: true }
  if (value === Infinity || value === -Infinity) return { $inf: Math.sign(value) }
  if (Array.isArray(value)) return value.map(tag)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, tag(member)]))
}

function described(error) {
  const engine = ['TypeError', 'RangeError', 'SyntaxError'].includes(error.name)
  return { name: error.name ?? 'Error', message: error.message, ...(engine && { engine }) }
}

function attempt(step, done, failed = 'error') {
  try {
    return { [done]: step() }
  } catch (error) {
    return { [failed]: described(error) }
  }
}

function read(fql, done, failed) {
  return attempt(() => {
    const ast = parseFql(fql)
    if (ast.error) throw ast.error
    return ast
  }, done, failed)
}

function kinship(ast, again) {
  if (!again) return 'error'
  return JSON.stringify(ast) === JSON.stringify(again) ? 'same' : 'different'
}

const answers = {
  parse({ fql }) {
    const { ast, error } = read(fql, 'ast')
    if (error) return { error }
    const printed = attempt(() => generateFql(ast), 'generated', 'generate_error')
    if (!('generated' in printed)) return { ast, ...printed }
    return { ast, ...printed, round_trip: kinship(ast, read(printed.generated, 'ast').ast) }
  },
  eval({ fql, event }) {
    return attempt(() => validate(parseFql(fql), event), 'result')
  },
  eval_ast({ ast, event }) {
    return attempt(() => validate(ast, event), 'result')
  },
  generate({ ast }) {
    const printed = attempt(() => generateFql(ast), 'fql')
    return 'fql' in printed ? { ...printed, ...read(printed.fql, 'reparsed', 'reparse_error') } : printed
  },
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const asked = JSON.parse(line)
  const answer = answers[asked.kind](asked)
  process.stdout.write(JSON.stringify({ ...asked, ...tag(answer), tagged: true }) + '\n')
})
