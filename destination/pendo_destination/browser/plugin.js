/*
 * Pendo Web (Actions) in a page: its three presets as a remote plugin of Segment's analytics library.
 * The library calls window['pendo-web-actionsDestination'](settings), which returns one plugin for each action that has
 * an enabled subscription. Presets run here, synchronously. A subscription that the source marked as `custom` has a
 * custom trigger or mapping: the plugin sends the event to `settings.callsUrl` of the source, which answers with
 * the calls to make. window['pendo-web-actionsDestination'].undelivered counts events for which the source did not
 * answer.
 * Rules without a note are observed in Segment's published destination.
 */
(function () {
  'use strict'

  const NAME = 'Pendo Web (actions)'
  const METHODS = ['initialize', 'identify', 'updateOptions', 'pageLoad', 'track']
  const CONSTRUCTOR = 'pendo-web-actionsDestination'
  const TIMEOUT = 30000
  const WIRED_TYPES = ['track', 'page', 'alias', 'identify', 'group']

  const actions = {
    track: {
      type: 'track',
      perform: (pendo, event) => pendo.track(event.event, event.properties),
    },
    identify: {
      type: 'identify',
      perform: (pendo, event, settings, analytics) => {
        const known = settings.disableGroupIdAndTraitsOnLoad ? undefined : groupId(analytics)
        const account = accountId(event) || known
        const visitor = { ...event.traits, id: event.userId }
        pendo.identify(account ? { visitor, account: { id: account } } : { visitor })
      },
    },
    group: {
      type: 'group',
      perform: (pendo, event) => {
        const { parentAccount, ...traits } = { ...event.traits }
        const options = { visitor: { id: event.userId }, account: { ...traits, id: event.groupId } }
        if (parentAccount) options.parentAccount = parentAccount
        pendo.identify(options)
      },
    },
  }

  /** Return the preset's account id: context.groupId if it exists, else the event's groupId. */
  function accountId(event) {
    const inContext = event.context && event.context.groupId
    return inContext !== undefined && inContext !== null ? inContext : event.groupId
  }

  function groupId(analytics) {
    return analytics.group && analytics.group().id()
  }

  function scriptUrl({ apiKey, region, cnameContentHost }) {
    if (!cnameContentHost) return `${region}/agent/static/${apiKey}/pendo.js`
    const scheme = /^https?:/.test(cnameContentHost) ? '' : 'https://'
    return `${scheme}${cnameContentHost}/agent/static/${apiKey}/pendo.js`
  }

  /** Install stubs that queue calls until the agent loads; keep methods that the page has defined. */
  function installStubs() {
    const pendo = (window.pendo = window.pendo || {})
    const queue = (pendo._q = pendo._q || [])
    for (const method of METHODS) {
      pendo[method] =
        pendo[method] ||
        function (...args) {
          queue[method === 'initialize' ? 'unshift' : 'push']([method, ...args])
        }
    }
    return pendo
  }

  function insertScript(src) {
    const script = document.createElement('script')
    script.async = true
    script.src = src
    const first = document.getElementsByTagName('script')[0]
    if (first) first.parentNode.insertBefore(script, first)
    else document.head.appendChild(script)
  }

  function visitorId(user) {
    if (user.id()) return user.id()
    return user.anonymousId() ? `_PENDO_T_${user.anonymousId()}` : null
  }

  function startOptions(settings, analytics) {
    const user = analytics.user()
    const group = analytics.group()
    const options = {
      visitor: { ...(settings.disableUserTraitsOnLoad ? {} : user.traits()), id: visitorId(user) },
    }
    if (group.id() && !settings.disableGroupIdAndTraitsOnLoad) {
      options.account = { ...group.traits(), id: group.id() }
    }
    return options
  }

  function start(settings, analytics) {
    insertScript(scriptUrl(settings))
    const pendo = installStubs()
    pendo.initialize(startOptions(settings, analytics))
    return pendo
  }

  /** Start the agent once for all plugins of a destination; a failed start fails for each of them. */
  function starter(settings, custom) {
    const state = { pendo: undefined, analytics: undefined, started: undefined, custom }
    state.answers = new Map()
    state.lastAnswer = Promise.resolve()
    state.start = (analytics) => {
      if (!state.started) {
        state.analytics = analytics
        state.started = Promise.resolve().then(() => {
          state.pendo = start(settings, analytics)
        })
      }
      return state.started
    }
    return state
  }

  /**
   * Ask the source for the results of all custom subscriptions, once for an event. The promise never fails: without an
   * answer it gives `{ lost: error }`. Promises are fulfilled in the order of the events. The library gives each plugin
   * a copy of the event with the same messageId.
   */
  function ask(event, settings, state) {
    const key = event.messageId || event
    if (!state.answers.has(key)) {
      const group = state.analytics && groupId(state.analytics)
      const answer = post(settings.callsUrl, { subscriptions: state.custom, event, group }).catch((error) => ({
        lost: countUndelivered(event, error),
      }))
      state.lastAnswer = state.lastAnswer.then(() => answer)
      state.answers.set(key, state.lastAnswer)
      state.lastAnswer.then(() => state.answers.delete(key))
    }
    return state.answers.get(key)
  }

  /** Post as plain text, which needs no preflight; `keepalive` lets a request outlive the page, up to 64 KB in all. */
  async function post(url, document) {
    const options = { method: 'POST', body: JSON.stringify(document), credentials: 'omit' }
    const send = (keepalive) => fetch(url, { ...options, keepalive, signal: AbortSignal.timeout(TIMEOUT) })
    const response = await send(true).catch(() => send(false))
    if (!response.ok) throw new Error(`status ${response.status}`)
    return response.json()
  }

  function countUndelivered(event, error) {
    const constructor = window[CONSTRUCTOR]
    constructor.undelivered++
    const message = `the source did not answer, so an event of type ${event.type} is lost (${constructor.undelivered} so far)`
    console.error(`${NAME}: ${message}:`, error)
    return new Error(`${NAME}: ${message}`)
  }

  /** Make the calls of an answer; JSON has no undefined, so `undefined` lists the paths to undefined values. */
  function perform(pendo, { calls, error }) {
    for (const { method, args, undefined: paths } of calls) {
      for (const path of paths) {
        path.slice(0, -1).reduce((value, key) => value[key], args)[path[path.length - 1]] = undefined
      }
      pendo[method](...args)
    }
    if (error !== undefined) throw new Error(error)
  }

  /** Create the plugin of an action. Its subscriptions run in order, and an error of one stops the rest. */
  function plugin(name, action, subscriptions, settings, state) {
    const asks = subscriptions.some(({ custom }) => custom)
    const deliver = async (context) => {
      const event = context.event
      const answer = asks ? ask(event, settings, state) : undefined
      let lost
      for (const { custom, index } of subscriptions) {
        if (custom) {
          const results = await answer
          if (results.lost) lost = results.lost
          else perform(state.pendo, results[state.custom.indexOf(index)])
        } else if (event.type === action.type) {
          action.perform(state.pendo, event, settings, state.analytics)
        }
      }
      if (lost) throw lost
      return context
    }
    const result = {
      name: `${NAME} ${name}`,
      type: 'destination',
      version: '0.1.0',
      isLoaded: () => state.pendo !== undefined,
      ready: () => Promise.resolve(),
      load: (_context, analytics) => state.start(analytics),
    }
    for (const method of WIRED_TYPES) result[method] = deliver
    return result
  }

  window[CONSTRUCTOR] = function (settings) {
    const enabled = (settings.subscriptions || [])
      .map((subscription, index) => ({ ...subscription, index }))
      .filter((subscription) => subscription.enabled)
    const custom = enabled.filter((subscription) => subscription.custom).map(({ index }) => index)
    const state = starter(settings, custom)
    return Object.keys(actions)
      .map((name) => [name, enabled.filter((subscription) => subscription.partnerAction === name)])
      .filter(([, subscriptions]) => subscriptions.length > 0)
      .map(([name, subscriptions]) => plugin(name, actions[name], subscriptions, settings, state))
  }
  window[CONSTRUCTOR].undelivered = 0
})()
