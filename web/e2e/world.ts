/** World: people in browsers of their own, before one cloud. Whatever a page does that it must not do fails the test. */
import { randomUUID } from 'node:crypto'
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core'
import { beforeAll, expect, inject } from 'vitest'

const PHONE = { width: 390, height: 844 }
const WIDE = { width: 1360, height: 820 }
const QUIET_FRAMES = 5
let browser: Browser | undefined

/** Have a browser: the first file of a worker starts it, the next ones find it, and it ends with the worker. */
export function useBrowser(): void {
  beforeAll(async () => {
    if (browser?.isConnected()) return
    browser = await chromium.launch({
      executablePath: inject('browser'),
      args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
    })
  })
}

export interface Shape {
  phone?: boolean
  dark?: boolean
  language?: 'en' | 'id' | 'zh'
}

/** One person's browser: a page, and what it did wrong. */
export class Person {
  readonly url = inject('url')
  email: string
  readonly password = 'a sentence that is long enough'
  readonly wrongs: string[] = []
  private readonly meant: RegExp[] = []
  private readonly asking = new Set<Request>()
  /** For the API: of whoever joined. */
  token = ''

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    this.email = `person-${randomUUID()}@example.com`
  }

  static async arrive({ phone = false, dark = false, language = 'en' }: Shape = {}): Promise<Person> {
    if (browser === undefined) throw new Error('There is no browser: a file of journeys begins with `useBrowser()`.')
    const context = await browser.newContext({
      viewport: phone ? PHONE : WIDE,
      colorScheme: dark ? 'dark' : 'light',
      locale: { en: 'en-GB', id: 'id-ID', zh: 'zh-CN' }[language],
      hasTouch: phone,
      reducedMotion: 'reduce',
    })
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        // oxlint-disable-next-line no-console -- what the page says is what the test hears
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)
      })
    })
    context.setDefaultTimeout(90_000) // facts are waited for; a busy machine only makes them late
    const person = new Person(context, await context.newPage())
    person.watch(person.page)
    return person
  }

  /** The same person in another browser, signed in there by their password. */
  static async beside(person: Person, shape: Shape = {}): Promise<Person> {
    const other = await Person.arrive(shape)
    const { request } = other.context
    const answer = await request.post(`${other.url}/v1/auth/sign-in`, { data: { email: person.email, password: person.password } })
    if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`)
    other.email = person.email
    other.token = (await answer.json()).access_token
    await other.isSignedIn()
    return other
  }

  /** Note errors of a page; a test says which it means to see. */
  watch(page: Page): void {
    page.on('request', (request) => void (request.resourceType() === 'media' || this.asking.add(request))) // those may end at no time
    for (const end of ['requestfinished', 'requestfailed'] as const) page.on(end as 'requestfinished', (request) => void this.asking.delete(request))
    page.on('pageerror', (error) => this.wrongs.push(`uncaught: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error') this.wrongs.push(`console: ${message.text()} ${message.location().url}`)
    })
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.url + path)
  }

  /** Wait until the page asks for nothing, some frames long: what an answer leads to has been asked for too. */
  async settled(): Promise<void> {
    let still = 0
    const stillFor = async (): Promise<number> => {
      await this.page.evaluate(() => new Promise(requestAnimationFrame))
      still = this.asking.size === 0 ? still + 1 : 0
      return still
    }
    await expect.poll(stillFor, { interval: 10 }).toBeGreaterThanOrEqual(QUIET_FRAMES)
  }

  /** The address in the newest mail to this person, once it leads to this page; `to` where they have another address. */
  async linkInMail(path = '', to = this.email): Promise<string> {
    const newest = async (): Promise<string> => {
      const answer = await fetch(`${this.url}/dev/mailbox.json?to=${encodeURIComponent(to)}`)
      return (await answer.json()).items[0]?.links[0] ?? ''
    }
    await expect.poll(newest, { timeout: 60_000 }).toContain(`${path}#token=`)
    return newest()
  }

  /** Make an account through the pages, as a person does; ends on the first page. */
  async signUp(name = 'Ada'): Promise<void> {
    const { page } = this
    await this.open('/sign-up')
    await page.locator('input[name=email]').fill(this.email)
    await page.locator('button[type=submit]').click()
    await page.goto(await this.linkInMail())
    await page.locator('input[name=name]').fill(name)
    await page.locator('input[name=password]').fill(this.password)
    await page.locator('button[type=submit]').click()
    await page.waitForURL('**/home').catch(async (error: unknown) => {
      throw new Error(`${page.url()} says: ${await page.innerText('body')} ${this.wrongs.join()}`, { cause: error })
    })
  }

  /** Sign in through the page, and wait for nothing. */
  async signIn(email = this.email, password = this.password): Promise<void> {
    await this.open('/sign-in')
    await this.page.locator('input[name=email]').fill(email)
    await this.page.locator('input[name=password]').fill(password)
    await this.page.locator('button[type=submit]').click()
  }

  /** Make an account through the API, much sooner than a person does; the next page that is opened is signed in. */
  async join(name = 'Ada', language: Shape['language'] = 'en'): Promise<void> {
    const { request } = this.context
    await request.post(`${this.url}/v1/auth/sign-up`, { data: { email: this.email, language } })
    const token = new URLSearchParams(new URL(await this.linkInMail()).hash.slice(1)).get('token')
    const data = { token, name, password: this.password, language }
    const answer = await request.post(`${this.url}/v1/auth/sign-up/complete`, { data })
    if (!answer.ok()) throw new Error(`sign-up: ${answer.status()} ${await answer.text()}`)
    this.token = (await answer.json()).access_token
    await this.isSignedIn()
  }

  /** The cookie of the session is there: the next page looks for it. */
  private async isSignedIn(): Promise<void> {
    await this.context.addInitScript(() => {
      if (localStorage.getItem('joined')) return // once: who signs out is out
      localStorage.setItem('joined', 'yes')
      localStorage.setItem('medley.signed-in', 'yes')
    })
  }

  /** Make a project through the API; ends on its page. */
  async makeProject(name: string): Promise<void> {
    const { id } = await this.call('POST', '/projects', { app: 'video_mixer', name })
    await this.open(`/projects/${id}`)
    await this.page.getByRole('heading', { name }).waitFor()
  }

  /** Ask the API as this person. */
  async call(method: string, where: string, body?: unknown, headers: Record<string, string> = {}) {
    const answer = await fetch(`${this.url}/v1${where}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${where}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? null : answer.json()
  }

  /** What a test means to see go wrong, before or after this. */
  expected(...said: readonly RegExp[]): void {
    this.meant.push(...said)
  }

  /** End this browser; it must have done nothing wrong. */
  async leave(): Promise<void> {
    await this.context.close()
    expect(this.wrongs.filter((wrong) => !this.meant.some((one) => one.test(wrong)))).toEqual([])
  }
}
