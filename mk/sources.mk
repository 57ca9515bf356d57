# SPDX-License-Identifier: MIT
#
# Third-party sources: fetched and pinned by tools/fetch_sources, or taken from LWIP_DIR and
# BEARSSL_DIR. Only the files named here are compiled, without our warnings. Files are named,
# not globbed, because they need not be there yet when make reads this.

export LWIP_DIR    ?= .sources/lwip
export BEARSSL_DIR ?= .sources/bearssl

SOURCES_READY := $(LWIP_DIR)/src/core/init.c $(BEARSSL_DIR)/inc/bearssl.h

$(SOURCES_READY) &:
	tools/fetch_sources

LWIP_FILES := \
  $(addprefix core/,def inet_chksum init ip mem memp netif pbuf stats tcp tcp_in tcp_out \
                    timeouts udp) \
  $(addprefix core/ipv4/,dhcp etharp icmp ip4 ip4_addr) \
  $(addprefix core/ipv6/,ethip6 icmp6 ip6 ip6_addr mld6 nd6) \
  netif/ethernet

# What these check of their callers is asserted with CONFIG_NET_CHECKS only (config/lwipopts.h). In
# pbuf.c the same macro also guards against what a packet lacks.
LWIP_TRUSTING := $(addprefix core/,memp netif tcp tcp_out udp ipv4/dhcp ipv4/etharp)

# HMAC-DRBG over SHA-256; the TLS client, of which an image without TLS keeps nothing.
BEARSSL_FILES := \
  settings \
  $(addprefix aead/,gcm) \
  $(addprefix codec/,ccopy dec16be dec32be dec32le dec64be enc16be enc32be enc32le enc64be) \
  $(addprefix ec/,ec_all_m31 ec_c25519_m31 ec_p256_m31 ec_prime_i31 ec_secp256r1 ec_secp384r1 \
                  ec_secp521r1 ecdsa_atr ecdsa_i31_bits ecdsa_i31_vrfy_asn1 ecdsa_i31_vrfy_raw) \
  $(addprefix hash/,dig_oid dig_size ghash_ctmul32 multihash sha2big sha2small) \
  $(addprefix int/,i31_add i31_bitlen i31_decmod i31_decode i31_decred i31_encode i31_fmont \
                   i31_iszero i31_modpow i31_modpow2 i31_montmul i31_muladd i31_ninv31 \
                   i31_rshift i31_sub i31_tmont i32_div32) \
  $(addprefix mac/,hmac hmac_ct) \
  $(addprefix rand/,hmac_drbg sysrng) \
  $(addprefix rsa/,rsa_i31_pkcs1_vrfy rsa_i31_pub rsa_pkcs1_sig_unpad) \
  $(addprefix ssl/,prf prf_sha256 prf_sha384 ssl_client ssl_engine ssl_hashes ssl_hs_client \
                   ssl_rec_chapol ssl_rec_gcm) \
  $(addprefix symcipher/,aes_ct aes_ct_ctr aes_ct_enc chacha20_ct poly1305_ctmul32) \
  $(addprefix x509/,x509_decoder x509_minimal)

LIBRARY_SOURCES := $(addprefix $(LWIP_DIR)/src/,$(addsuffix .c,$(LWIP_FILES))) \
                   $(addprefix $(BEARSSL_DIR)/src/,$(addsuffix .c,$(BEARSSL_FILES)))

LIBRARY_INCLUDES = -isystem $(LWIP_DIR)/src/include -isystem $(BEARSSL_DIR)/inc

# BearSSL's own headers; the clock and the seed come from us; no words at odd addresses, which the
# sanitizers report.
BEARSSL_FLAGS = -I$(BEARSSL_DIR)/inc -I$(BEARSSL_DIR)/src -DBR_USE_UNIX_TIME=0 -DBR_USE_URANDOM=0 \
                -DBR_RDRAND=0 -DBR_LE_UNALIGNED=0 -DBR_BE_UNALIGNED=0
